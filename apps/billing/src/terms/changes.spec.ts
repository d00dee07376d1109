import { describe, expect, test } from '@jest/globals';
import type { Catalog, OwnPrice } from '@berth/contracts';
import { changedCurrencies, changedPrices, type Circumstances } from './changes.ts';

const now = new Date('2026-03-10T12:00:30Z');
const region = 'eu-central-1';
const priced = (currency: string, activeFrom: string) =>
  (['small', null] as const).map((size) => ({
    ...({ meter: size === null ? 'disk' : 'compute', size, region, currency } as const),
    perMinute: '1',
    activeFrom,
  }));
const catalog: Catalog = {
  digest: 'd',
  revision: 1,
  regions: [{ id: region, name: 'Frankfurt', zones: ['eu-central-1a'] }],
  sizes: [{ id: 'small', name: 'Small', rank: 0, instanceType: 't3.small', vcpu: 2, memoryGib: 2 }],
  products: [],
  prices: [
    ...priced('USD', '2024-01-01T00:00:00.000Z'),
    ...priced('EUR', '2025-01-01T00:00:00.000Z'),
    // Of these the disk is missing, or all of it is to come.
    ...priced('CAD', '2025-01-01T00:00:00.000Z').slice(0, 1),
    ...priced('JPY', '2026-04-01T00:00:00.000Z'),
  ],
};
const used: Circumstances = { catalog, now, hasUsage: true };
const unused: Circumstances = { ...used, hasUsage: false };
const faultsOf = ({ errors = [] }: { errors?: { pointer: string; detail: string }[] | undefined }) =>
  errors.map(({ pointer, detail }) => `${pointer} ${detail}`);

describe('the currency of an account', () => {
  const from = (currency: string, month: string) => ({ currency, activeFrom: `${month}-01T00:00:00.000Z` });

  test('changes with a month to come', () => {
    expect(changedCurrencies([], [from('EUR', '2026-04')], used).rows).toEqual([from('EUR', '2026-04')]);
    expect(changedCurrencies([from('EUR', '2026-02')], [from('EUR', '2026-02')], used).rows).toHaveLength(1);
  });

  test('may come with the present month while nothing is billed, and never with an earlier one', () => {
    expect(changedCurrencies([], [from('EUR', '2026-03')], unused).errors).toBeUndefined();
    expect(faultsOf(changedCurrencies([], [from('EUR', '2026-03')], used))).toEqual([
      '/currencies/0/activeFrom must lie in the future',
    ]);
    expect(faultsOf(changedCurrencies([], [from('EUR', '2026-02')], unused))).toEqual([
      '/currencies/0/activeFrom must not lie before this month',
    ]);
  });

  test('that is billed by now can neither change nor go', () => {
    const known = [from('EUR', '2026-02')];
    const refused = '/currencies EUR is billed since 2026-02-01T00:00:00.000Z and has to stay';
    expect(faultsOf(changedCurrencies(known, [], unused))).toEqual([refused]);
    expect(faultsOf(changedCurrencies(known, [from('USD', '2026-02')], unused))).toContain(refused);
    expect(changedCurrencies([from('EUR', '2026-04')], [], used).rows).toEqual([]);
  });

  test('is one in which the catalog has a price for everything, by now', () => {
    for (const currency of ['CAD', 'JPY', 'CHF'])
      expect(faultsOf(changedCurrencies([], [from(currency, '2026-05')], used))).toEqual([
        '/currencies/0/currency is not one in which the catalog has a price for everything',
      ]);
  });

  test('is one at a time', () => {
    expect(faultsOf(changedCurrencies([], [from('EUR', '2026-04'), from('USD', '2026-04')], used))).toEqual([
      '/currencies/1/activeFrom stands here twice',
    ]);
  });
});

describe('a price of an account’s own', () => {
  const own = (perMinute: string, activeFrom: string, more: Partial<OwnPrice> = {}): OwnPrice => ({
    ...({ meter: 'compute', size: 'small', region, currency: 'EUR', perMinute } as const),
    activeFrom: `${activeFrom}:00.000Z`,
    activeUntil: null,
    ...more,
  });
  const future = own('0.5', '2026-03-10T12:01');
  const begun = own('0.5', '2026-03-10T12:00');
  const until = (activeUntil: string | null, row = begun) => ({ ...row, activeUntil });

  test('begins in the future', () => {
    expect(changedPrices([], [future], used).rows).toEqual([future]);
    expect(faultsOf(changedPrices([], [begun], unused))).toEqual([
      '/prices/0/activeFrom must lie in the future',
    ]);
  });

  test('can be changed and withdrawn until it has begun, and afterwards neither', () => {
    expect(changedPrices([future], [], used).rows).toEqual([]);
    expect(changedPrices([future], [{ ...future, perMinute: '0.4' }], used).rows).toHaveLength(1);
    const refused =
      '/prices 0.5 for compute of small in eu-central-1 (EUR) from 2026-03-10T12:00:00.000Z has begun: it can be ended, no more';
    expect(faultsOf(changedPrices([begun], [], used))).toEqual([refused]);
    expect(faultsOf(changedPrices([begun], [{ ...begun, perMinute: '0.4' }], used))).toContain(refused);
    expect(
      changedPrices([begun], [begun, own('1', '2026-03-11T00:00', { size: null, meter: 'disk' })], used).rows,
    ).toHaveLength(2);
  });

  test('that has begun can be ended from the future on; an end that is over stays', () => {
    const later = '2026-03-11T00:00:00.000Z';
    const over = '2026-03-10T12:00:00.000Z';
    expect(changedPrices([begun], [until(later)], used).rows).toEqual([until(later)]);
    expect(changedPrices([until(later)], [begun], used).rows).toEqual([begun]);
    expect(faultsOf(changedPrices([begun], [until(over)], used))).toEqual([
      '/prices/0/activeUntil must lie in the future',
    ]);
    const old = own('0.5', '2026-03-01T00:00', { activeUntil: over });
    expect(faultsOf(changedPrices([old], [{ ...old, activeUntil: null }], used))).toEqual([
      `/prices/0/activeUntil is over since ${over} and has to stay`,
    ]);
  });

  test('is the only one of its series at a time: the next begins when it ends', () => {
    const end = '2026-03-11T00:00:00.000Z';
    const next = own('0.6', '2026-03-11T00:00');
    expect(changedPrices([begun], [until(end), next], used).rows).toHaveLength(2);
    expect(faultsOf(changedPrices([begun], [begun, next], used))).toEqual([
      '/prices/1/activeFrom overlaps with /prices/0',
    ]);
    expect(faultsOf(changedPrices([], [future, { ...future }], used))).toEqual([
      '/prices/1/activeFrom overlaps with /prices/0',
    ]);
  });

  test.each<[string, Partial<OwnPrice>, string]>([
    ['an unknown size', { size: 'tiny' }, '/prices/0/size is not a size'],
    ['an unknown region', { region: 'mars-1' }, '/prices/0/region is not a region'],
    ['a currency that is half priced', { currency: 'CAD' }, '/prices/0/currency is not one in which'],
    ['a disk with a size', { meter: 'disk' }, '/prices/0/size is for compute, and null for disk'],
    ['compute without a size', { size: null }, '/prices/0/size is for compute, and null for disk'],
    [
      'an end before its beginning',
      { activeUntil: '2026-03-10T12:01:00.000Z' },
      '/prices/0/activeUntil must be later than activeFrom',
    ],
  ])('%s is refused', (_what, more, fault) => {
    expect(faultsOf(changedPrices([], [{ ...future, ...more }], used))).toEqual([
      expect.stringContaining(fault),
    ]);
  });
});
