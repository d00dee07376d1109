import { groupBy } from '../evidence/api.ts';
import type { Evidence } from '../evidence.ts';
import { isAccepted, type Order } from '../customers/record.ts';
import { LIFE_TAG } from '../customers/wishes.ts';
import { isFault } from '../customers/client.ts';
import { instant } from './finding.ts';
import { counted, type Invariant } from './invariant.ts';

/** A key stands for one thing: however often an order was said, one server and one operation came of it. */
export const keys: Invariant = {
  name: 'idempotency keys that made two things, or none where one was accepted',
  mustBe: '0',
  check({ record, servers }) {
    const keyed = groupBy(
      record.orders.filter(({ key }) => key !== null),
      ({ accountId, key }) => `${accountId} ${key}`,
    );
    const doubled = [...keyed.values()].flatMap((orders) => {
      const made = new Set(
        orders.filter(isAccepted).map(({ answer }) => `${answer?.serverId} ${answer?.operationId}`),
      );
      return made.size > 1 ? [`${described(orders[0])}: ${[...made].join(' and ')}`] : [];
    });
    const lives = groupBy(servers, ({ server }) => server.tags[LIFE_TAG] ?? '');
    const twins = [...lives].flatMap(([life, all]) =>
      all.length > 1 ? [`${life} has ${all.map(({ server }) => server.id).join(', ')}`] : [],
    );
    return counted([...doubled, ...twins]);
  },
};

/** What was answered with 2xx is there, and was there whenever somebody looked. */
export const acceptedIsKnown: Invariant = {
  name: 'accepted servers and operations that are unknown later',
  mustBe: '0',
  check({ record, servers }) {
    const serverIds = new Set(servers.map(({ server }) => server.id));
    const operationIds = new Set(servers.flatMap(({ operations }) => operations.map(({ id }) => id)));
    const unknown = record.orders.filter(isAccepted).flatMap((order) => {
      const { serverId, operationId } = order.answer ?? {};
      const isKnown =
        (!serverId || serverIds.has(serverId)) && (!operationId || operationIds.has(operationId));
      return isKnown ? [] : [`${described(order)}: ${serverId ?? ''} ${operationId ?? ''}`];
    });
    const lost = record.surprises
      .filter(({ answer }) => !isFault(answer))
      .map(({ path, answer }) => `GET ${path}: ${answer}`);
    return counted([...unknown, ...lost]);
  },
};

/** Refusals a customer can expect; whatever else is answered is a fault of ours, such as a 500. */
const REFUSALS: readonly string[] = [
  'hostname_taken',
  'invalid_state',
  'server_locked',
  'not_retryable',
  'not_cancelable',
  'server_protected',
  'quota_exceeded',
  'account_suspended',
];

export const answers: Invariant = {
  name: 'requests without an answer, or with one that no client can use, such as a 500',
  mustBe: '0',
  check(evidence) {
    const { orders, surprises } = evidence.record;
    const reads = surprises
      .filter(({ answer }) => isFault(answer))
      .map(({ path, answer, at }) => `GET ${path}: ${answer} at ${instant(at)}`);
    return counted([...orders.flatMap((order) => useless(order, evidence)), ...reads]);
  },
};

function useless(order: Order, { gatheredAt }: Evidence): string[] {
  const faults = order.attempts.filter(isFault);
  const found = faults.map((attempt) => `${described(order)}: ${attempt}`);
  const { answer } = order;
  if (!answer)
    found.push(
      `${described(order)}: no answer for ${Math.round((gatheredAt - order.askedAt) / 1000)} s (${order.attempts.join(', ')})`,
    );
  else if (answer.status >= 300 && !REFUSALS.includes(answer.code ?? ''))
    found.push(`${described(order)}: ${answer.status} ${answer.code ?? ''}`);
  return found;
}

const described = (order: Order | undefined) =>
  order ? `${order.life}: ${order.what} ${order.path} (key ${order.key ?? 'none'})` : '';
