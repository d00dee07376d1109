import type { AwsFaults, InstanceEnd } from '../stage/aws.ts';
import type { Random } from '../random.ts';
import { over, type Fault } from './fault.ts';

/** What Berth calls; `*` is all of it, Route 53 too. */
const WRITES = [
  'RunInstances',
  'StartInstances',
  'StopInstances',
  'TerminateInstances',
  'DeleteVolume',
] as const;
const CALLS = [...WRITES, 'RebootInstances', 'DescribeInstances', 'DescribeVolumes', '*'] as const;
const ZONES = ['eu-central-1', 'us-east-1', 'ca-central-1'].flatMap((region) =>
  ['a', 'b', 'c'].map((zone) => `${region}${zone}`),
);

/** A fault that holds while a part of the simulator's script is in force. */
const lasting = (
  name: string,
  weight: number,
  lastsSeconds: readonly [number, number],
  faults: (random: Random) => AwsFaults,
): Fault => ({ name, weight, lastsSeconds, strike: ({ aws }, random) => aws.suffer(faults(random)) });

const throttled = lasting('AWS: throttled', 4, [2, 15], (random) => ({
  rules: [
    {
      operation: random.pick(CALLS),
      error: { code: 'RequestLimitExceeded', status: 503 },
      probability: random.between(0.2, 0.9),
      always: true,
    },
  ],
}));

const internalError = lasting('AWS: 500', 4, [2, 15], (random) => ({
  rules: [
    {
      operation: random.pick(CALLS),
      error: { code: 'InternalError', status: 500 },
      probability: random.between(0.2, 0.9),
      always: true,
    },
  ],
}));

const doneButError = lasting('AWS: work done, then a 500', 4, [2, 15], (random) => ({
  rules: [
    {
      operation: random.pick(WRITES),
      error: { code: 'InternalError', status: 500 },
      afterWork: true,
      probability: random.between(0.2, 0.9),
      always: true,
    },
  ],
}));

const answerLost = lasting('AWS: work done, the answer lost', 5, [2, 15], (random) => ({
  rules: [
    {
      operation: random.pick(WRITES),
      afterWork: true,
      probability: random.between(0.2, 0.9),
      always: true,
    },
  ],
}));

const slow = lasting('AWS: slow', 3, [2, 15], (random) => ({
  rules: [
    { operation: random.pick(CALLS), delaySeconds: random.between(2, 120), probability: 0.5, always: true },
  ],
}));

const notFound = lasting('AWS: not found after create', 4, [5, 25], (random) => ({
  hiddenSeconds: random.between(2, 60),
}));

const noCapacityInZone = lasting('AWS: a zone without capacity', 3, [5, 40], (random) => ({
  capacity: { [`${random.pick(ZONES)}/*`]: 0 },
}));

const noCapacity = lasting('AWS: no capacity anywhere', 2, [5, 25], () => ({ capacity: { '*/*': 0 } }));

const neverReady = lasting('boots that never report', 3, [2, 15], (random) => ({
  boots: { never_ready: { probability: random.between(0.1, 0.6) } },
}));

const bootFails = lasting('boots that fail', 2, [2, 15], (random) => ({
  boots: { failed: { probability: random.between(0.1, 0.6) } },
}));

const instanceEnds = (name: string, how: InstanceEnd): Fault => ({
  name,
  weight: 3,
  lastsSeconds: [0, 0],
  strike: async ({ aws }, random) => ((await aws.strikeInstance(random, how)) ? over : undefined),
});

export const EC2_FAULTS = [
  throttled,
  internalError,
  doneButError,
  answerLost,
  slow,
  notFound,
  noCapacityInZone,
  noCapacity,
  neverReady,
  bootFails,
  instanceEnds('instance terminated by its host', 'terminated'),
  instanceEnds('instance stopped by its host', 'stopped'),
  instanceEnds('instance impaired', 'impaired'),
  instanceEnds('instance shut down from inside', 'stop-inside'),
] as const;
