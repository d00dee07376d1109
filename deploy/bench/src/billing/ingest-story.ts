import { randomUUID } from 'node:crypto';
import { SERVER_EVENTS, type ServerStatus, type ServerTransition } from '@berth/contracts';
import { idOfText, newId, type IdPrefix } from '@berth/mongo';

/** So many servers live through a round; launches overlap. */
const SERVERS = 100;
const LAUNCHES_APART_SECONDS = 5;
/** Rounds follow each other in time, and stay within a month. */
const BEGINNING = Date.UTC(2026, 2, 1);

/** What a server becomes in each hour of its life, and how many seconds after the others of that hour. */
const LIFE: readonly (readonly (readonly [to: ServerStatus, afterSeconds: number])[])[] = [
  [
    ['requested', 0],
    ['provisioning', 1],
    ['configuring', 20],
    ['running', 26],
  ],
  [
    ['pausing', 0],
    ['paused', 40],
  ],
  [
    ['resuming', 0],
    ['configuring', 15],
    ['running', 24],
  ],
  [
    ['terminating', 0],
    ['terminated', 30],
  ],
];

/** A state event as provisioning sends it. */
export interface StateEvent {
  messageId: string;
  type: string;
  transition: ServerTransition;
}

/** What happens within one UTC hour, in the order of time. */
export interface Hour {
  from: Date;
  events: StateEvent[];
}

/** What becomes of a round, as rows by collection. */
export const ROWS: Readonly<Record<string, number>> = {
  facts: SERVERS * LIFE.flat().length,
  inbox: SERVERS * LIFE.flat().length,
  ledgers: SERVERS,
  // Compute of the first two hours and of the last two, and the disk of all four.
  usage_records: SERVERS * 8,
  intervals: SERVERS * 3,
  server_months: SERVERS,
};
export const EVENTS = SERVERS * LIFE.flat().length;

/** Handed on to the processes that are started from here, so that they know the same stories; another in each run. */
const RUN = (process.env['BERTH_BENCH_RUN'] ??= randomUUID());

/** The hours of a round, with servers that nobody has heard of before; the same in every process of a run. */
export function storyOf(round: number): Hour[] {
  const idFor = (prefix: IdPrefix, what: unknown) =>
    idOfText(prefix, `${RUN} ${round} ${String(what)}`, new Date(BEGINNING));
  const accountId = idFor('acc', 0);
  const servers = Array.from({ length: SERVERS }, (_, index) => ({
    serverId: idFor('srv', index),
    sequence: 0,
  }));
  return LIFE.map((steps, hour) => {
    const from = new Date(BEGINNING + (round * LIFE.length + hour) * 3_600_000);
    const events = servers.flatMap((server, index) =>
      steps.map(([to, afterSeconds]) => {
        const at = new Date(from.getTime() + (60 + index * LAUNCHES_APART_SECONDS + afterSeconds) * 1000);
        const [serverId, sequence] = [server.serverId, ++server.sequence];
        const messageId = idFor('msg', `${serverId} ${sequence}`);
        return eventOf(messageId, { serverId, accountId, sequence, at: at.toISOString(), to });
      }),
    );
    return { from, events: events.sort((a, b) => (a.transition.at < b.transition.at ? -1 : 1)) };
  });
}

function eventOf(
  messageId: string,
  what: Pick<ServerTransition, 'serverId' | 'accountId' | 'sequence' | 'at' | 'to'>,
): StateEvent {
  const transition: ServerTransition = {
    ...what,
    ...{
      from: 'requested',
      reason: null,
      cause: { kind: 'observation', id: newId('msg'), text: 'agent reported' },
    },
    ...{ name: 'Bench', hostname: 'bench.berth.localhost', product: 'web', version: '1.26', size: 'small' },
    ...{ region: 'eu-central-1', zone: 'eu-central-1a', diskGib: 20, instanceId: 'i-0123456789abcdef0' },
    ...{ ip: '127.20.3.4', computeBilled: what.to === 'running' },
    diskBilled: what.to !== 'terminated' && what.sequence >= 4,
    operation: { id: newId('op'), type: 'launch', status: 'running' },
  };
  return { messageId, type: SERVER_EVENTS[what.to].type, transition };
}
