import * as contracts from '@berth/contracts';
import { readinessOf, SERVICE_NAMES, type MessageContract } from '@berth/contracts';

/** What services say to each other: a contract of libs/contracts under the name it is exported by. */
export interface Message {
  name: string;
  contract: MessageContract;
  /** The export that holds it: itself, or a table like `SERVER_EVENTS`, or a function like `readinessOf`. */
  exportedAs: string;
}

/** One message per service is answered by its transport and not by a handler of its own: whether it is ready. */
export const READINESS = 'readinessOf';

const exported = Object.entries<unknown>(contracts);

/** Every message, in the order of the names in libs/contracts. */
export const messages: readonly Message[] = [
  ...exported.flatMap(([name, value]) =>
    isContract(value) ? [{ name, contract: value, exportedAs: name }] : [],
  ),
  // The gateway is who asks; it answers on `/readyz`.
  ...SERVICE_NAMES.filter((service) => service !== 'gateway').map((service) => ({
    name: `Get${pascal(service)}Readiness`,
    contract: readinessOf(service),
    exportedAs: READINESS,
  })),
];

/** Exports that hold several messages by a key, `SERVER_EVENTS`. */
export const tables: ReadonlyMap<string, Readonly<Record<string, Message>>> = new Map(
  exported.flatMap(([name, value]) => {
    if (isContract(value) || typeof value !== 'object' || value === null) return [];
    const entries = Object.entries(value as Record<string, unknown>);
    if (entries.length === 0 || !entries.every(([, each]) => isContract(each))) return [];
    return [[name, Object.fromEntries(entries.map(([key, each]) => [key, messageOf(each)]))]];
  }),
);

/** The messages that an export of libs/contracts stands for, if it is of that kind. */
export function messagesOf(exportName: string): readonly Message[] {
  const table = tables.get(exportName);
  if (table) return Object.values(table);
  return messages.filter(({ exportedAs }) => exportedAs === exportName);
}

function messageOf(contract: unknown): Message {
  const message = messages.find((each) => each.contract === contract);
  if (!message) throw new Error('A table of messages holds one that is not exported by itself');
  return message;
}

function isContract(value: unknown): value is MessageContract {
  return typeof value === 'object' && value !== null && 'kind' in value && 'type' in value;
}

function pascal(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
