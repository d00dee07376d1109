import { aboutServer } from './finding.ts';
import { counted, type Invariant } from './invariant.ts';

const OUTBOX_SECONDS = 10;

export const operations: Invariant = {
  name: 'operations without an end',
  mustBe: '0',
  check({ servers }) {
    return counted(
      servers.flatMap((each) => {
        const open = each.operations.filter(({ endedAt }) => endedAt === null);
        const isLocked = each.server.operation !== null;
        if (open.length === 0 && !isLocked) return [];
        const found = open.map(
          ({ id, type, status, createdAt }) => `${type} ${id} ${status} since ${createdAt}`,
        );
        return [aboutServer(each, 'no operation under way', found.join(', ') || 'the server is locked')];
      }),
    );
  },
};

/** Leases on servers, and work in the services' databases that is marked as not done. */
export const locks: Invariant = {
  name: 'locks left behind, work left undone',
  mustBe: '0',
  check({ databases: { leases, unfinished }, queues }) {
    return counted([
      ...leases.map(({ service, id }) => `${service}: a lease on ${id}`),
      ...unfinished.map(({ service, what, id }) => `${service}: ${what} ${id}`),
      ...queues
        .filter(({ name }) => /\.(events|commands|requests|retry-\d+s)$/.test(name))
        .map(({ name, messages }) => `${messages} messages in ${name}`),
    ]);
  },
};

export const outbox: Invariant = {
  name: `outbox rows older than ${OUTBOX_SECONDS} s`,
  mustBe: '0',
  check({ databases, gatheredAt }) {
    return counted(
      databases.outbox
        .filter(({ storedAt }) => gatheredAt - storedAt > OUTBOX_SECONDS * 1000)
        .map(({ service, id, type, storedAt, error }) => {
          const age = Math.round((gatheredAt - storedAt) / 1000);
          return `${service}: ${type} ${id}, ${age} s old${error ? `: ${error}` : ''}`;
        }),
    );
  },
};
