import * as contracts from '@berth/contracts';
import {
  SERVICE_NAMES,
  type MessageContract,
  type RequestContract,
  type ServiceName,
} from '@berth/contracts';

/** What services say to each other: a contract of libs/contracts under the name it is exported by. */
export interface Message {
  name: string;
  contract: MessageContract;
  /** The export that holds it: itself, or a table like `SERVER_EVENTS`, or a function like `readinessOf`. */
  exportedAs: string;
}

/**
 * Of these functions' requests there is one per service, answered by its transport and not by a handler of its own: by the
 * function's name, what the request to a service is called.
 */
const BY_TRANSPORT = {
  readinessOf: (service: string) => `Get${service}Readiness`,
  stuckIn: (service: string) => `ListStuckIn${service}`,
  nudgeIn: (service: string) => `NudgeIn${service}`,
  deadLettersOf: (service: string) => `ListDeadLettersOf${service}`,
  deadLetterOf: (service: string) => `GetDeadLetterOf${service}`,
  replayDeadLettersOf: (service: string) => `ReplayDeadLettersOf${service}`,
};
const transportFunctions = Object.keys(BY_TRANSPORT) as (keyof typeof BY_TRANSPORT)[];

export const isByTransport = (exportName: string): exportName is keyof typeof BY_TRANSPORT =>
  transportFunctions.some((name) => name === exportName);

const exported = Object.entries<unknown>(contracts);

/** Every message, in the order of the names in libs/contracts. */
export const messages: readonly Message[] = [
  ...exported.flatMap(([name, value]) =>
    isContract(value) ? [{ name, contract: value, exportedAs: name }] : [],
  ),
  ...transportFunctions.flatMap((exportedAs) =>
    // The gateway is who asks; it answers on `/readyz`.
    SERVICE_NAMES.filter((service) => service !== 'gateway').map((service) => {
      const contractFor: (service: ServiceName) => RequestContract = contracts[exportedAs];
      return { name: BY_TRANSPORT[exportedAs](pascal(service)), contract: contractFor(service), exportedAs };
    }),
  ),
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
