import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../evidence.ts';
import { acceptedLaunches } from './accepted-launches.ts';
import { acceptedIsKnown, answers, keys } from './answers.ts';
import { deadLetters } from './dead-letters.ts';
import { ACCOUNT, ADDRESS, after, allIsWell, HOST, order, SERVER, text } from './evidence.fixture.ts';
import { inTime } from './in-time.ts';
import type { Invariant } from './invariant.ts';
import { INVARIANTS } from './invariants.ts';
import { minutesBilled } from './minutes.ts';
import { oneInstance } from './one-instance.ts';
import { outsideUsage, serverEvents } from './outside.ts';
import { ownership } from './ownership.ts';
import { danglingRecords, records } from './records.ts';
import { saidOnce } from './said-once.ts';
import { status } from './status.ts';
import { streams } from './streams.ts';
import { timelines } from './timelines.ts';
import { truthful } from './truthful.ts';
import { locks, operations, outbox } from './unfinished.ts';
import { usageRecords } from './usage-records.ts';

const serverOf = ({ servers }: Evidence) => servers[0]!;
const instanceOf = ({ truth }: Evidence) => truth.instances[0]!;
const volumeOf = ({ truth }: Evidence) => truth.volumes[0]!;
const zoneOf = ({ truth }: Evidence) => truth.zones[0]!;
const streamOf = ({ record }: Evidence) => record.streams[0]!;

test.each(INVARIANTS.map((invariant) => [invariant.name, invariant] as const))(
  'nothing is wrong where all is well: %s',
  (_, invariant) => {
    expect(invariant.check(allIsWell()).findings).toEqual([]);
  },
);

/** What breaks each, and a piece of what is then found. */
const BREACHES: [string, Invariant, (evidence: Evidence) => void, string][] = [
  ['a server that is still on its way', acceptedLaunches, at('resuming'), 'found resuming'],
  [
    'a paused server that nobody wanted paused',
    acceptedLaunches,
    ({ record }) => record.orders.pop(),
    'found paused',
  ],
  [
    'a server that is unavailable, though its instance answers',
    acceptedLaunches,
    (evidence) => {
      at('unavailable', 'app_silent')(evidence);
      Object.assign(instanceOf(evidence), { state: 'running', ready: true });
    },
    'found unavailable',
  ],
  ['an accepted launch of which nothing is left', acceptedLaunches, forgotten, 'nobody knows it any more'],
  ['an accepted launch of which nothing is left', acceptedIsKnown, forgotten, SERVER],
  [
    'a read of an accepted operation that said 404',
    acceptedIsKnown,
    ({ record }) =>
      record.surprises.push({
        at: 0,
        accountId: ACCOUNT,
        path: '/v1/operations/op_1',
        answer: '404 not_found',
      }),
    'GET /v1/operations/op_1: 404',
  ],
  [
    'a key that made two operations',
    keys,
    ({ record }) => record.orders.push(order('pause', 'key-2', { operationId: 'op_3' })),
    'op_3',
  ],
  [
    'a launch that made two servers',
    keys,
    ({ servers }) => servers.push({ ...servers[0]!, server: { ...servers[0]!.server, id: 'srv_2' } }),
    'life-1 has srv_1, srv_2',
  ],
  ['an order without an answer', answers, ({ record }) => (record.orders[0]!.answer = null), 'no answer'],
  ['a 500', answers, ({ record }) => record.orders[0]!.attempts.push('500 internal_error'), '500'],
  [
    'a read that was answered with a 500',
    answers,
    ({ record }) =>
      record.surprises.push({ at: 0, accountId: ACCOUNT, path: '/v1/x', answer: '500 internal_error' }),
    'GET /v1/x: 500',
  ],
  [
    'an order nobody knows the target of',
    answers,
    ({ record }) => record.orders.push(order('pause', 'key-3', { status: 404, code: 'not_found' })),
    '404 not_found',
  ],
  ['an instance of a terminated server', ownership, at('terminated'), 'to be gone'],
  ['a volume of a server nobody knows', ownership, (evidence) => (volumeOf(evidence).tags = {}), 'vol-1'],
  [
    'an instance its server does not know',
    ownership,
    ({ databases }) => (databases.instances[0]!.instanceId = null),
    'none as its instance',
  ],
  ['a paused server without an instance', ownership, ({ truth }) => truth.instances.pop(), 'one instance'],
  ['a server without its disk', ownership, (evidence) => (volumeOf(evidence).state = 'deleted'), '0 disks'],
  [
    'two instances at once, though one is gone by now',
    oneInstance,
    ({ truth }) =>
      truth.instances.push({
        ...truth.instances[0]!,
        ...{ id: 'i-2', createdAt: after(100), state: 'terminated' },
        history: [
          { at: after(100), state: 'pending', cause: 'RunInstances' },
          { at: after(101), state: 'terminated', cause: 'x' },
        ],
      }),
    'i-2 from',
  ],
  ['a record of a paused server', records, (evidence) => zoneOf(evidence).records.push(aRecord()), HOST],
  [
    'a running server without a record',
    records,
    (evidence) => {
      at('running')(evidence);
      serverOf(evidence).server.ip = ADDRESS;
    },
    'no record',
  ],
  [
    'a record with an address of before',
    records,
    (evidence) => {
      at('running')(evidence);
      serverOf(evidence).server.ip = '127.20.0.2';
      zoneOf(evidence).records.push(aRecord());
      zoneOf(evidence).published.push({ ...aRecord(), values: ['127.20.0.2'] });
    },
    `found ${ADDRESS}`,
  ],
  [
    'a name that outlived its address for a second',
    danglingRecords,
    (evidence) => (zoneOf(evidence).publications[1]!.at = after(133)),
    'its record removed first',
  ],
  [
    'a paused server whose instance runs',
    status,
    (evidence) => (instanceOf(evidence).state = 'running'),
    'running',
  ],
  ['a server that does not answer and is said to run', status, at('running'), 'silent'],
  [
    'a gap in a timeline',
    timelines,
    (evidence) => serverOf(evidence).timeline.splice(2, 1),
    'in the place of 3',
  ],
  [
    'time that goes back',
    timelines,
    (evidence) => (serverOf(evidence).timeline[5]!.at = text(100)),
    'after 2026-11-22T10:02:10.000Z',
  ],
  ['a timeline that ends before its server', timelines, at('running'), 'ends in paused'],
  [
    'a server said to run before it answered',
    truthful,
    (evidence) => (instanceOf(evidence).answered[0]!.from = after(13)),
    '4: running',
  ],
  [
    'a pause said before the instance had stopped',
    truthful,
    (evidence) => (instanceOf(evidence).history[3]!.at = after(150)),
    '6: paused',
  ],
  [
    'a death that was noticed 16 s later',
    inTime,
    (evidence) => {
      instanceOf(evidence).history[2]!.at = after(114);
      instanceOf(evidence).answered[0]!.to = after(110);
      instanceOf(evidence).history.splice(2, 0, { at: after(110), state: 'stopped', cause: 'x' });
    },
    'i-1 gone',
  ],
  [
    'a server that was ready and not said to run',
    inTime,
    (evidence) => (serverOf(evidence).timeline[3]!.at = text(40)),
    'i-1 ready',
  ],
  [
    'a minute that was not billed',
    minutesBilled,
    (evidence) => (firstUsage(evidence).to = text(120)),
    '1 not billed',
  ],
  [
    'a minute that was billed for nothing',
    minutesBilled,
    (evidence) => (firstUsage(evidence).to = text(240)),
    '1 billed without reason',
  ],
  [
    'costs of too many minutes',
    minutesBilled,
    ({ costs }) => (costs[0]!.groups[0]!.meters[0]!.quantity = 4),
    'costs of 3 compute units',
  ],
  [
    'two records of one minute',
    usageRecords,
    (evidence) => serverOf(evidence).usage.push({ ...firstUsage(evidence), id: 'other', from: text(60) }),
    'overlaps',
  ],
  [
    'one record twice',
    usageRecords,
    (evidence) => serverOf(evidence).usage.push(firstUsage(evidence)),
    '2 records',
  ],
  [
    'a reversal of another quantity',
    usageRecords,
    (evidence) =>
      serverOf(evidence).usage.push({
        ...firstUsage(evidence),
        ...{ id: 'reversal', reverses: firstUsage(evidence).id, quantity: -2 },
      }),
    'reverses 3',
  ],
  [
    'a usage record nobody outside got',
    outsideUsage,
    (evidence) => void take(evidence, 'msg_u'),
    'berth.usage',
  ],
  [
    'usage published and not listed',
    outsideUsage,
    (evidence) => serverOf(evidence).usage.pop(),
    'does not list it',
  ],
  [
    'a transition that no event told',
    serverEvents,
    (evidence) => void take(evidence, 'msg_3'),
    'an event for 3',
  ],
  ['a gap in the ids of a stream', streams, (evidence) => (streamOf(evidence).events[3]!.id = 109), 'id 109'],
  [
    'a transition missing in a stream',
    streams,
    (evidence) => (streamOf(evidence).events[3]!.transitions = []),
    'found 1 2 3 5 6',
  ],
  ['a reset', streams, (evidence) => (streamOf(evidence).events[5]!.event = 'reset'), 'reset at 106'],
  [
    'an operation under way',
    operations,
    (evidence) => (serverOf(evidence).operations[0]!.endedAt = null),
    'launch op_1',
  ],
  [
    'a lease',
    locks,
    ({ databases }) => databases.leases.push({ service: 'x', id: 'srv_9' }),
    'a lease on srv_9',
  ],
  [
    'messages in a retry queue',
    locks,
    ({ queues }) => queues.push({ name: 'billing.retry-60s', messages: 2 }),
    '2 messages in billing.retry-60s',
  ],
  [
    'a message that was never sent',
    outbox,
    ({ databases }) =>
      databases.outbox.push({ service: 'x', id: 'msg_x', type: 't', storedAt: after(580), error: null }),
    '20 s old',
  ],
  [
    'one transition in two messages',
    saidOnce,
    (evidence) => void (evidence.told = [...evidence.told, { ...evidence.told[0]!, id: 'msg_other' }]),
    'msg_1, msg_other',
  ],
  [
    'one message with two contents',
    saidOnce,
    (evidence) => void (evidence.told = [...evidence.told, { ...evidence.told[0]!, digest: 'other' }]),
    'two contents',
  ],
  [
    'a dead letter that stays',
    deadLetters,
    (evidence) =>
      evidence.deadLetters.unresolved.push({
        ...{
          service: 'billing',
          id: 'msg_d',
          type: 't',
          queue: 'billing.events',
          reason: 'failed',
          error: 'no',
        },
      }),
    'msg_d of billing.events',
  ],
];

describe('found:', () => {
  test.each(BREACHES)('%s', (_, invariant, breach, expected) => {
    const evidence = allIsWell();
    breach(evidence);
    const { findings } = invariant.check(evidence);
    expect(findings.join('\n')).toContain(expected);
  });

  test('something by every invariant there is', () => {
    const tested = new Set(BREACHES.map(([, invariant]) => invariant));
    expect(INVARIANTS.filter((invariant) => !tested.has(invariant))).toEqual([]);
  });
});

describe('allowed:', () => {
  test.each([
    ['a minute', 540, 0],
    ['two minutes', 480, 1],
  ])('a silence of %s that is not found out yet: %i', (_, since, findings) => {
    const evidence = allIsWell();
    Object.assign(serverOf(evidence).server, { status: 'running', ip: ADDRESS });
    const answered = [{ from: after(8), to: after(since), publicIp: ADDRESS }];
    Object.assign(instanceOf(evidence), { state: 'running', publicIp: ADDRESS, answered });
    expect(status.check(evidence).findings).toHaveLength(findings);
  });

  test('a message delivered twice', () => {
    const evidence = allIsWell();
    evidence.told = [...evidence.told, evidence.told[0]!];
    expect(saidOnce.check(evidence).findings).toEqual([]);
  });

  test('what a wrong clock wrote, while it was wrong', () => {
    const evidence = allIsWell();
    instanceOf(evidence).answered[0]!.from = after(30);
    expect(truthful.check(evidence).findings).toHaveLength(1);
    evidence.faults = [{ name: "service's clock 30 s off", struckAt: after(0), healedAt: after(20) }];
    expect(truthful.check(evidence).findings).toEqual([]);
  });

  test('lateness while something was wrong', () => {
    const evidence = allIsWell();
    serverOf(evidence).timeline[3]!.at = text(60);
    expect(inTime.check(evidence).findings).toHaveLength(1);
    evidence.faults = [{ name: 'database away', struckAt: after(9), healedAt: after(30) }];
    expect(inTime.check(evidence).findings).toEqual([]);
  });

  test('what seems late because the simulated world took a leap', () => {
    const evidence = allIsWell();
    serverOf(evidence).timeline[3]!.at = text(60);
    evidence.clock = [
      { since: after(0) - 60_000, offsetMilliseconds: 0 },
      { since: after(9), offsetMilliseconds: 50_000 },
    ];
    expect(inTime.check(evidence).findings).toEqual([]);
  });

  test('a record that was reversed and written anew', () => {
    const evidence = allIsWell();
    const { usage } = serverOf(evidence);
    const record = firstUsage(evidence);
    usage.push(
      { ...record, id: `${record.id}/reversal`, reverses: record.id, quantity: -3 },
      { ...record, id: 'second revision', revision: 2 },
    );
    expect(usageRecords.check(evidence).findings).toEqual([]);
    expect(minutesBilled.check(evidence).findings).toEqual([]);
  });
});

function at(state: Evidence['servers'][number]['server']['status'], reason: string | null = null) {
  return (evidence: Evidence) => void Object.assign(serverOf(evidence).server, { status: state, reason });
}

const firstUsage = (evidence: Evidence) => serverOf(evidence).usage[0]!;
const aRecord = () => ({ name: `${HOST}.`, type: 'A', values: [ADDRESS] });

function forgotten({ servers }: Evidence): void {
  servers.pop();
}

function take(evidence: Evidence, id: string): void {
  evidence.told = evidence.told.filter((message) => message.id !== id);
}
