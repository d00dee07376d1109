import { expect, test } from '@jest/globals';
import { METER_CHOICES, metersOf } from './meters.ts';
import { pricedThing, priceText } from './price.ts';

test('meters stand in one order, and only those that occur', () => {
  expect(metersOf([{ meter: 'disk' }, { meter: 'compute' }, { meter: 'disk' }])).toEqual(['compute', 'disk']);
  expect(metersOf([{ meter: 'backup' }])).toEqual(['backup']);
  expect(METER_CHOICES.map(({ label }) => label)).toEqual(['Compute', 'Disk', 'Backups']);
});

test('what a price is for, and what it comes to, is said in the unit of its meter', () => {
  const [compute, backup] = [
    { meter: 'compute', size: 'small' } as const,
    { meter: 'backup', size: null } as const,
  ];
  expect([compute, backup].map(pricedThing)).toEqual(['Compute, small', 'Backups']);
  const price = { currency: 'USD', perMinute: '0.01' };
  expect(priceText({ ...compute, ...price })).toMatch(/0\.60 per hour$/);
  expect(priceText({ ...backup, ...price })).toMatch(/438\.00 per GiB-month$/);
});
