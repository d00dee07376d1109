import type { ServiceName } from '@berth/contracts';
import { isByTransport, messagesOf, tables, type Message } from './catalogue.ts';
import type { Docs } from './docs.ts';
import type { Flow } from './flow.ts';
import { READ_OUTSIDE, SENT_FROM_OUTSIDE } from './outside.ts';
import { firstSentence } from './program.ts';

interface Row {
  message: Message;
  kind: string;
  peers: string;
  text: string;
}

/** A service's messages for its README: what comes in, from whom and why; what goes out, to whom. In Markdown. */
export function messageTables(service: ServiceName, { sendings, handlings }: Flow, docs: Docs): string {
  const comesFrom = (message: Message) =>
    peers(
      sendings.filter((each) => each.message === message).map((each) => each.service),
      SENT_FROM_OUTSIDE[message.name],
    );
  const goesTo = (message: Message) =>
    isByTransport(message.exportedAs)
      ? 'every service'
      : peers(
          handlings
            .filter((each) => each.message === message)
            .map((each) => (each.broadcast ? `every replica of ${each.service}` : each.service)),
          READ_OUTSIDE[message.name],
        );
  const summary = (message: Message) => firstSentence(docs.message(message));

  const incoming = handlings
    .filter((each) => each.service === service)
    .map(({ message, why, broadcast }) => ({
      message,
      kind: broadcast ? 'broadcast' : message.contract.kind,
      peers: comesFrom(message),
      text: why || summary(message),
    }));
  const outgoing = sendings
    .filter((each) => each.service === service)
    .map(({ message }) => ({
      message,
      kind: message.contract.kind,
      peers: goesTo(message),
      text: summary(message),
    }));
  return [table('in', 'from', incoming, docs), table('out', 'to', outgoing, docs)].join('\n\n');
}

function table(direction: 'in' | 'out', peer: 'from' | 'to', rows: readonly Row[], docs: Docs): string {
  if (rows.length === 0) return `No messages ${direction}.`;
  const lines = grouped(rows).map(
    (group) =>
      `| ${linked(group, docs)} | ${group[0]?.kind} | ${group[0]?.peers} | ${group[0]?.text.replaceAll('|', '\\|')} |`,
  );
  return [`| Messages ${direction} | kind | ${peer} | |`, '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** Messages of which the same is to be said share a row. */
function grouped(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.kind, row.peers, row.text]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

function linked(group: readonly Row[], docs: Docs): string {
  const messages = [...new Set(group.map(({ message }) => message))];
  const link = (name: string, message: Message) => `[\`${name}\`](../../${docs.place(message).path})`;
  const byTransport = new Map(
    messages.flatMap((each) => (isByTransport(each.exportedAs) ? [[each.exportedAs, each] as const] : [])),
  );
  if (byTransport.size > 0)
    return [...byTransport].map(([name, message]) => link(`${name}(service)`, message)).join(' ');
  for (const name of tables.keys()) {
    const all = messagesOf(name);
    if (all.length === messages.length && all.every((each) => messages.includes(each)))
      return `all of ${link(name, all[0] as Message)}`;
  }
  return messages.map((message) => link(message.name, message)).join(' ');
}

const peers = (services: readonly string[], outside: string | undefined): string =>
  [...services, ...(outside ? [outside] : [])].join(', ');
