import type { Server, TimelineEntry, UsageRecord } from '@berth/contracts';
import { ServerPaused, ServerRunning, UsageRecorded } from '@berth/contracts';
import type { Order } from '../customers/record.ts';
import type { Evidence } from '../evidence.ts';

export const SERVER = 'srv_1';
export const ACCOUNT = 'acc_1';
export const INSTANCE = 'i-1';
export const HOST = 'one.berth.localhost';
export const ADDRESS = '127.20.0.1';

/** The minute everything begins in, and moments after it. */
export const BEGIN = Date.parse('2026-11-22T10:00:00.000Z');
export const after = (seconds: number): number => BEGIN + seconds * 1000;
export const text = (seconds: number): string => new Date(after(seconds)).toISOString();

export const entry = (
  sequence: number,
  seconds: number,
  from: TimelineEntry['from'],
  to: TimelineEntry['to'],
  reason: string | null = null,
): TimelineEntry => ({
  ...{ sequence, at: text(seconds), from, to, reason },
  cause: { kind: 'observation', id: null, text: 'so it was observed' },
});

export const order = (what: string, key: string, answer: Partial<Order['answer']> = {}): Order => ({
  ...{ accountId: ACCOUNT, life: 'life-1', what, key },
  ...{ method: 'POST', path: '/v1/servers', body: {}, askedAt: BEGIN, answeredAt: BEGIN, attempts: [] },
  answer: { status: 202, code: null, serverId: SERVER, operationId: 'op_1', ...answer },
});

const usage = (meter: 'compute' | 'disk', minutes: number, unitsPerMinute: number): UsageRecord => ({
  id: `${SERVER}/${meter}/${text(0)}/1`,
  ...{ accountId: ACCOUNT, serverId: SERVER, meter, product: 'web', region: 'eu-central-1' },
  size: meter === 'compute' ? 'small' : null,
  ...{ from: text(0), to: text(minutes * 60), quantity: minutes * unitsPerMinute },
  unit: meter === 'compute' ? 'minute' : 'gib_minute',
  ...{ revision: 1, reverses: null, openedBy: 4, closedBy: 6, recordedAt: text(400) },
});

const DISK_GIB = 20;

/**
 * All is well: one server was launched, ran from second 10 to second 130, which touches three minutes, and is paused
 * since second 132. It is second 600 now; a machine's second is one of the simulated world.
 */
export function allIsWell(): Evidence {
  const timeline = [
    entry(1, 0, null, 'requested'),
    entry(2, 1, 'requested', 'provisioning'),
    entry(3, 4, 'provisioning', 'configuring'),
    entry(4, 10, 'configuring', 'running'),
    entry(5, 130, 'running', 'pausing'),
    entry(6, 132, 'pausing', 'paused'),
  ];
  const compute = usage('compute', 3, 1);
  const server = {
    ...{ id: SERVER, name: 'One', status: 'paused', reason: null, hostname: HOST, ip: null },
    ...{ diskGib: DISK_GIB, tags: { chaos: 'life-1' }, operation: null },
  } as Partial<Server> as Server;
  const told = timeline.map(({ sequence }) => ({
    ...{ exchange: 'berth.events', id: `msg_${sequence}`, digest: `${sequence}` },
    type: sequence === 4 ? ServerRunning.type : ServerPaused.type,
    subject: `${SERVER}/${sequence}`,
  }));
  const change = (seconds: number, values: string[] | null) => ({
    ...{ at: after(seconds), name: `${HOST}.`, type: 'A', values },
  });
  return {
    gatheredAt: after(600),
    record: {
      accounts: [{ id: ACCOUNT, token: 'brt_1' }],
      orders: [order('launch', 'key-1'), order('pause', 'key-2', { operationId: 'op_2' })],
      standings: [],
      streams: [
        {
          ...{ accountId: ACCOUNT, connections: 1, begunAt: 100 },
          events: timeline.map(({ sequence }) => ({
            ...{ id: 100 + sequence, event: 'server.changed', serverId: SERVER, transitions: [sequence] },
          })),
        },
      ],
      surprises: [],
    },
    faults: [],
    clock: [{ since: BEGIN - 60_000, offsetMilliseconds: 0 }],
    servers: [
      {
        accountId: ACCOUNT,
        server,
        operations: [operation('op_1'), operation('op_2')],
        timeline,
        usage: [compute],
      },
    ],
    costs: [
      {
        ...{ accountId: ACCOUNT, month: '2026-11', asOf: text(600) },
        groups: [
          {
            ...{ key: SERVER, total: '1', forecast: '1' },
            meters: [
              { meter: 'compute', quantity: 3, unit: 'minute', total: '1', forecast: '1' },
              { meter: 'disk', quantity: 10 * DISK_GIB, unit: 'gib_minute', total: '1', forecast: '1' },
            ],
          },
        ],
      },
    ],
    truth: {
      now: after(600),
      instances: [
        {
          ...{ id: INSTANCE, region: 'eu-central-1', state: 'stopped', tags: { 'berth:server-id': SERVER } },
          ...{ impaired: false, ready: false, createdAt: after(1) },
          history: [
            { at: after(1), state: 'pending', cause: 'RunInstances' },
            { at: after(3), state: 'running', publicIp: ADDRESS, cause: 'started' },
            { at: after(131), state: 'stopping', publicIp: ADDRESS, cause: 'Client.UserInitiatedShutdown' },
            { at: after(132), state: 'stopped', cause: 'Client.UserInitiatedShutdown' },
          ],
          answered: [{ from: after(8), to: after(131), publicIp: ADDRESS }],
        },
      ],
      volumes: [
        {
          ...{ id: 'vol-1', state: 'in-use', sizeGib: DISK_GIB, tags: { 'berth:server-id': SERVER } },
          attachment: { instanceId: INSTANCE, deleteOnTermination: false },
          history: [{ at: after(2), state: 'in-use' }],
        },
      ],
      zones: [
        {
          ...{ name: 'berth.localhost.', records: [], published: [] },
          publications: [change(9, [ADDRESS]), change(130.5, null)],
        },
      ],
    },
    databases: {
      ...{ outbox: [], leases: [], unfinished: [] },
      instances: [{ serverId: SERVER, instanceId: INSTANCE }],
    },
    queues: [],
    deadLetters: { found: [], unresolved: [] },
    told: [
      ...told,
      {
        ...{ exchange: 'berth.usage', id: 'msg_u', type: UsageRecorded.type, subject: compute.id },
        digest: 'u',
      },
    ],
    complaints: [],
  };
}

const operation = (id: string): Evidence['servers'][number]['operations'][number] => ({
  ...{ id, type: 'launch', status: 'succeeded', serverId: SERVER, steps: [], error: null },
  requestedBy: { kind: 'user', id: 'usr_1' } as never,
  ...{ createdAt: text(0), endedAt: text(10) },
});
