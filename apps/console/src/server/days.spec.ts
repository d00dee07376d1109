import { expect, test } from '@jest/globals';
import type { Costs } from '@berth/contracts';
import { daysOf, lastMonths } from './days.ts';

const items = [
  {
    key: '2026-02-02',
    total: '3',
    forecast: '3',
    meters: [
      { meter: 'compute', total: '2', forecast: '2', quantity: 1, unit: 'minute' },
      { meter: 'disk', total: '1', forecast: '1', quantity: 1, unit: 'gib_minute' },
    ],
  },
] satisfies Costs['items'];

test('each day so far is there, those without costs too', () => {
  expect(daysOf({ month: '2026-02', asOf: '2026-02-03T00:10:00.000Z', items })).toEqual([
    { day: '2026-02-01', compute: 0, disk: 0 },
    { day: '2026-02-02', compute: 2, disk: 1 },
    { day: '2026-02-03', compute: 0, disk: 0 },
  ]);
  expect(daysOf({ month: '2026-02', asOf: '2026-03-03T00:10:00.000Z', items })).toHaveLength(28);
});

test('each day has every meter that cost anything in the month, and no other', () => {
  const backup = { meter: 'backup', total: '4', forecast: '4', quantity: 1, unit: 'gib_minute' } as const;
  const left = [{ key: '2026-02-01', total: '4', forecast: '4', meters: [backup] }];
  expect(daysOf({ month: '2026-02', asOf: '2026-02-02T00:10:00.000Z', items: left })).toEqual([
    { day: '2026-02-01', backup: 4 },
    { day: '2026-02-02', backup: 0 },
  ]);
});

test('months are those of UTC, over the turn of the year too', () => {
  expect(lastMonths(new Date('2027-01-31T23:59:59Z'))).toEqual(['2027-01', '2026-12']);
});
