import { expect, test } from '@jest/globals';
import type { Operation } from '@berth/contracts';
import { estimateOf, estimateText, isLate } from './estimate.ts';
import { positionText, secondsOf } from './steps.ts';

const T0 = Date.parse('2026-11-30T00:00:00Z');
const launch = (seconds: number, more: Partial<Operation> = {}) =>
  ({
    type: 'launch',
    status: 'succeeded',
    serverId: 'srv_1',
    createdAt: new Date(T0).toISOString(),
    endedAt: new Date(T0 + 1000 * seconds).toISOString(),
    ...more,
  }) as Operation;
const servers = [
  { id: 'srv_1', product: 'gis' },
  { id: 'srv_2', product: 'web' },
];
const gis = { type: 'launch', product: 'gis' } as const;

test('an estimate is the median of the last five of the same kind', () => {
  const past = [
    launch(30),
    launch(900),
    launch(20, { serverId: 'srv_2' }),
    launch(1, { type: 'pause' }),
    launch(2, { status: 'failed' }),
    launch(28),
    launch(26),
    launch(27),
    launch(1),
  ];
  expect(estimateOf(gis, past, servers)).toEqual({ seconds: 28, from: 5 });
});

test('without a past a launch takes what is usual, and of the rest nothing is known', () => {
  expect(estimateOf(gis, [], servers)).toEqual({ seconds: 60, from: 0 });
  expect(estimateOf({ ...gis, type: 'pause' }, [launch(3)], servers)).toBeNull();
});

test('an estimate is said as what it is', () => {
  expect(estimateText({ seconds: 26.4, from: 3 })).toBe('about 25 s, as the last 3 times');
  expect(estimateText({ seconds: 1, from: 1 })).toBe('about 5 s, as the last time');
  expect(estimateText({ seconds: 60, from: 0 })).toBe('usually about 1 min');
  expect(isLate({ seconds: 30, from: 1 }, 74)).toBe(false);
  expect(isLate({ seconds: 30, from: 1 }, 76)).toBe(true);
});

test('where it is can be said in a word, and how long a step took', () => {
  const steps = [
    { name: 'prepare', status: 'done', startedAt: null, endedAt: null },
    { name: 'create_instance', status: 'running', startedAt: null, endedAt: null },
  ] satisfies Operation['steps'];
  expect(positionText({ steps, status: 'running' })).toBe('Step 2 of 2: Create the instance');
  expect(positionText({ steps: [], status: 'pending' })).toBe('It begins');
  const startedAt = new Date(T0).toISOString();
  expect(secondsOf({ startedAt, endedAt: null }, T0 + 2_500)).toBe(2.5);
  expect(secondsOf({ startedAt, endedAt: null }, T0 - 2_500)).toBe(0);
});
