import { SERVICE_NAMES } from '@berth/contracts';
import { isByTransport, tables, type Message } from './catalogue.ts';
import type { Flow } from './flow.ts';
import { READ_OUTSIDE } from './outside.ts';

/** More names than this on one arrow are counted instead. */
const MOST_NAMES = 4;

/** Who talks to whom, as a Mermaid flow chart: events and commands solid, requests dotted. */
export function picture({ sendings, handlings }: Flow): string {
  const arrows = new Map<string, Message[]>();
  for (const { service: from, message } of sendings) {
    if (isByTransport(message.exportedAs)) continue;
    const receivers: string[] = handlings
      .filter((each) => each.message === message)
      .map(({ service }) => service);
    if (message.name in READ_OUTSIDE) receivers.push('outside');
    for (const to of receivers) {
      const line = message.contract.kind === 'request' ? '-.->' : '-->';
      const key = `${idOf(from)} ${line} ${idOf(to)}`;
      arrows.set(key, [...(arrows.get(key) ?? []), message]);
    }
  }
  const lines = [...arrows].map(([key, messages]) => {
    const [from, line, to] = key.split(' ');
    return `  ${from} ${line}|"${label(messages)}"| ${to}`;
  });
  return [
    '```mermaid',
    'flowchart LR',
    ...SERVICE_NAMES.map((service) => `  ${idOf(service)}["${service}"]`),
    '  outside(["billing systems"])',
    ...lines,
    '```',
  ].join('\n');
}

function label(messages: readonly Message[]): string {
  const names: string[] = [];
  let rest = [...messages];
  for (const [name, table] of tables) {
    const all = Object.values(table);
    if (!all.every((message) => rest.includes(message))) continue;
    names.push(name);
    rest = rest.filter((message) => !all.includes(message));
  }
  names.push(...rest.map(({ name }) => name));
  if (names.length <= MOST_NAMES) return names.join('<br/>');
  return `${messages.length} ${messages[0]?.contract.kind === 'request' ? 'requests' : 'messages'}`;
}

/** Mermaid reads hyphens as part of an arrow. */
const idOf = (service: string): string => service.replaceAll('-', '_');
