import { describe, expect, test } from '@jest/globals';
import { Meter, METERS, type Price } from '@berth/contracts';
import { PriceBook } from '@berth/pricing';
import { monthOf } from '../costs/month.ts';
import { statementOf } from '../costs/statement.ts';
import { linesOf } from '../invoices/lines.ts';
import { positionsOf } from '../invoices/positions.ts';
import { compareCostBy } from '../prices/dearer.ts';
import { portionsOf } from '../rating/portions.ts';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { run } from './history.fixture.ts';
import type { Fact } from './intervals.ts';

/** One in which every meter runs. */
const running: Fact = {
  ...{ serverId: 'srv_1', accountId: 'acc_1', sequence: 1, at: new Date('2026-03-10T10:00:00Z') },
  ...{ product: 'web', region: 'eu-central-1', size: 'small' },
  ...{ computeBilled: true, diskBilled: true, diskGib: 20, backupGib: 7 },
};
const stopped: Fact = {
  ...{ ...running, sequence: 2, at: new Date('2026-03-10T12:30:00Z') },
  ...{ computeBilled: false, diskBilled: false, backupGib: 0 },
};
const sizeOf = (meter: Meter) => (METERS[meter].bySize ? 'small' : null);
const price = (meter: Meter, activeFrom: string, perMinute: string): Price => ({
  ...{ meter, size: sizeOf(meter), region: 'eu-central-1', currency: 'USD', perMinute, activeFrom },
});
/** A cent, and two from noon on. */
const book = new PriceBook(
  Meter.options.flatMap((meter) => [
    price(meter, '2026-01-01T00:00:00Z', '0.01'),
    price(meter, '2026-03-10T12:00:00Z', '0.02'),
  ]),
);
const month = monthOf('2026-03');
const calendar = new PriceCalendar(book, month);
const now = new Date('2026-03-10T13:00:10Z');
const { records, months, intervals } = run(
  [{ fact: running }, { fact: stopped }, { now }],
  compareCostBy(book),
);
const usage = { servers: [...months.values()], intervals, voided: [] };

describe.each(Meter.options)('%s, by nothing but its row in the table', (meter) => {
  const { unit, name } = METERS[meter];
  const perMinute = { minute: 1, gib_minute: meter === 'disk' ? 20 : 7 }[unit];

  test('is recorded by the hour', () => {
    expect(records.filter((record) => record.meter === meter)).toMatchObject(
      [60, 60, 30].map((minutes) => ({ quantity: minutes * perMinute, unit, size: sizeOf(meter) })),
    );
  });

  test('is summed up and costs what it costs', () => {
    const { meters, groups } = statementOf(usage, { groupBy: 'meter', now }, calendar);
    const total = String((perMinute * (120 + 2 * 30)) / 100);
    expect(meters).toContainEqual({ meter, unit, quantity: 150 * perMinute, total, forecast: total });
    expect(groups.find(({ key }) => key === meter)?.tally.total()).toBe(total);
  });

  test('is a line of the invoice for each price', () => {
    const rated = Array.from(portionsOf(usage, { now, byDay: false }, calendar), (portion) => ({
      ...{ serverId: portion.serverId, price: portion.price, quantity: portion.used },
      ...{ meter: portion.price.meter, region: portion.price.region, size: portion.price.size },
    }));
    const lines = linesOf(positionsOf(rated, book, month), { month: month.name, currency: 'USD' });
    expect(lines.map((line) => line.meter)).toEqual(Meter.options.flatMap((each) => [each, each]));
    const description = [name, sizeOf(meter) ?? [], 'in', 'eu-central-1'].flat().join(' ');
    expect(lines.filter((line) => line.meter === meter)).toMatchObject([
      { description, unit, quantity: 120 * perMinute, unitPrice: '0.01' },
      { description, unit, quantity: 30 * perMinute, unitPrice: '0.02' },
    ]);
  });
});
