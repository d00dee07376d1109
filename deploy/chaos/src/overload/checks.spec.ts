import { describe, expect, test } from '@jest/globals';
import { checks, type Measured } from './checks.ts';
import { leastOfWindows, slope } from './memory.ts';
import type { Answered } from './streams.ts';

const answered = (fields: Partial<Answered>): Answered => ({
  stream: 'small read',
  at: 0,
  milliseconds: 20,
  status: 200,
  code: '',
  ...fields,
});
const refusal = answered({ stream: 'greedy launch 0', status: 429, code: 'rate_limited' });
const launch = (serverId: string) => answered({ stream: 'small launch', status: 202, serverId });

/** A run in which everything holds. */
const good: Measured = {
  idle: { answered: [launch('srv_1')], ended: [] },
  overloaded: {
    answered: [refusal, launch('srv_2'), answered({ stream: 'small terminate', status: 202 })],
    ended: [{ stream: 'small terminate', seconds: 3, status: 'succeeded' }],
  },
  recovered: { answered: [], ended: [] },
  acceptedPerSecond: 10,
  perSecond: 100,
  seconds: 1800,
  delays: [
    { serverId: 'srv_1', at: 0, seconds: 0.1 },
    { serverId: 'srv_2', at: 0, seconds: 1 },
  ],
  growth: [{ service: 'gateway', megabytesPerMinute: 0.1, most: 120 }],
  queues: [['provisioning.requests', 20]],
};
const broken = (fields: Partial<Measured>) =>
  checks({ ...good, ...fields }).flatMap(({ name, findings }) => (findings.length ? [name] : []));
const overloaded = (...more: Answered[]) => ({
  overloaded: { ...good.overloaded, answered: [...good.overloaded.answered, ...more] },
});

describe('under overload', () => {
  test('all can hold', () => {
    expect(broken({})).toEqual([]);
  });

  test.each<[string, Partial<Measured>]>([
    ['429 and 503', overloaded({ ...refusal, milliseconds: 1500 })],
    ['refused to the small account', overloaded(answered({ status: 503, code: 'overloaded' }))],
    ['terminates under overload', overloaded(answered({ stream: 'greedy terminate 1', status: 429 }))],
    ['messages waiting at most', { queues: [['provisioning.requests', 301]] }],
    [
      'resident memory grows by MB a minute (MB at most)',
      { growth: [{ service: 'dns', megabytesPerMinute: 0.6, most: 90 }] },
    ],
    [
      'launches of the small account at EC2 later than alone',
      {
        delays: [
          { serverId: 'srv_1', at: 0, seconds: 0.1 },
          { serverId: 'srv_2', at: 0, seconds: 5.2 },
        ],
      },
    ],
    [
      'launches of the small account at EC2 later than alone',
      {
        delays: [
          { serverId: 'srv_1', at: 0, seconds: 0.1 },
          { serverId: 'srv_2', at: 0, seconds: null },
        ],
      },
    ],
  ])('%s can fail', (name, fields) => {
    expect(broken(fields)).toEqual([name]);
  });
});

test('memory that goes up and down is flat, and a leak under it is seen', () => {
  const samples = (leak: number) =>
    Array.from({ length: 600 }, (_, second) => ({
      seconds: second,
      megabytes: 100 + (second % 17) + leak * second,
    }));
  expect(60 * slope(leastOfWindows(samples(0)))).toBeCloseTo(0, 1);
  expect(60 * slope(leastOfWindows(samples(0.05)))).toBeCloseTo(3, 0);
});
