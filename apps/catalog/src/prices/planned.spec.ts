import { describe, expect, test } from '@jest/globals';
import type { Price } from '@berth/contracts';
import { planned, type Booked } from './planned.ts';
import { priceListOf } from './price-list.ts';

const now = new Date('2026-11-22T10:00:00Z');
const region = 'us-east-1';
const past = '2024-01-01T00:00:00.000Z';
const january = '2027-01-01T00:00:00.000Z';
const march = '2027-03-01T00:00:00.000Z';
const row = (
  perMinute: string,
  activeFrom: string,
  size: string | null = 'micro',
  currency = 'USD',
): Price => ({
  ...({ meter: size === null ? 'disk' : 'compute', size, region, currency } as const),
  ...{ perMinute, activeFrom },
});
const filed = [row('0.0010', past), row('0.00001', past, null), row('0.0012', march)];
const booked = (applied: Price[] = []): Booked => ({
  catalog: {
    ...{ digest: 'd', revision: 3, products: [] },
    regions: [{ id: region, name: 'Virginia', zones: [`${region}a`] }],
    sizes: [{ id: 'micro', name: 'Micro', rank: 0, instanceType: 't3.small', vcpu: 2, memoryGib: 2 }],
    prices: [...filed, ...applied],
  },
  ...{ filed, applied },
});
const list = (...lists: string[]) => `prices:\n${lists.map((each) => `  - { ${each} }\n`).join('')}`;
const from = (activeFrom: string, prices: string, currency = 'USD') =>
  `region: ${region}, currency: ${currency}, activeFrom: ${activeFrom}, ${prices}`;
const faultsOf = (yaml: string, applied: Price[] = []) =>
  planned(booked(applied), yaml, now).faults?.map(({ line, key, message }) => `${line} ${key} ${message}`) ??
  [];
const plan = (yaml: string, applied: Price[] = [], at = now) => {
  const outcome = planned(booked(applied), yaml, at);
  if (outcome.faults) throw new Error(JSON.stringify(outcome.faults));
  return outcome;
};

describe('a price list', () => {
  test('adds to the file’s prices, and tells by how much they rise', () => {
    const { prices, applied, changes } = plan(list(from(january, "compute: { micro: '0.0009' }")));
    expect(applied).toEqual([row('0.0009', january)]);
    expect(prices).toHaveLength(4);
    expect(changes).toEqual([
      {
        ...({ meter: 'compute', size: 'micro', region, currency: 'USD', activeFrom: january } as const),
        kind: 'added',
        before: { perMinute: '0.001', perMonth: '43.8' },
        after: { perMinute: '0.0009', perMonth: '39.42' },
        percent: '-10.0',
      },
    ]);
  });

  test('takes the place of what was announced before: what it changes and what it leaves out', () => {
    const before = [row('0.0009', january), row('0.00002', january, null)];
    const { applied, changes } = plan(list(from(january, "compute: { micro: '0.0008' }")), before);
    expect(applied).toEqual([row('0.0008', january)]);
    expect(
      changes.map(({ kind, size, before, after, percent }) => [
        kind,
        size,
        before?.perMinute,
        after?.perMinute,
        percent,
      ]),
    ).toEqual([
      ['changed', 'micro', '0.0009', '0.0008', '-11.1'],
      ['removed', null, '0.00002', '0.00001', '-50.0'],
    ]);
    expect(plan('prices: []', before).changes).toHaveLength(2);
  });

  test('need not name what has begun, which stays', () => {
    const begun = [row('0.0009', '2026-11-01T00:00:00.000Z')];
    const { applied, changes } = plan('prices: []', begun);
    expect({ applied, changes }).toEqual({ applied: begun, changes: [] });
  });

  test('that says again what the file says changes nothing', () => {
    const { applied, changes } = plan(list(from(march, "compute: { micro: '0.00120' }")));
    expect({ applied, changes }).toEqual({ applied: [], changes: [] });
  });

  test('may price in a currency that is new, if it prices everything', () => {
    const euros = from('2026-01-01T00:00:00Z', "compute: { micro: '0.0009' }, disk: '0.00001'", 'EUR');
    expect(plan(list(euros)).changes.map(({ before, percent }) => [before, percent])).toEqual([
      [null, null],
      [null, null],
    ]);
    const half = from('2026-01-01T00:00:00Z', "compute: { micro: '0.0009' }", 'EUR');
    expect(faultsOf(list(half))).toEqual(['2 prices disk in us-east-1 (EUR) has no price in force']);
  });

  test('may price backups, once in a region, though nothing needs a price for them yet', () => {
    const backup: Price = { ...row('0.000002', january, null), meter: 'backup' };
    const { applied, changes } = plan(list(from(january, "backup: '0.000002'")));
    expect(applied).toEqual([backup]);
    expect(changes).toMatchObject([{ meter: 'backup', size: null, before: null }]);
    const both = [row('0.00002', january, null), backup];
    expect(priceListOf(both)).toContain("disk: '0.00002'\n    backup: '0.000002'\n");
    expect(plan(priceListOf(both)).changes).toHaveLength(2);
    expect(faultsOf(list(from(january, "backup: { micro: '0.1' }")))).toEqual([
      expect.stringMatching(/^2 prices\[0\]\.backup .*in quotes/),
    ]);
  });

  test('is what it was after it has been written as YAML', () => {
    const rows = [
      row('0.0009', january),
      row('0.00002', january, null),
      row('0.0008', march, 'micro', 'EUR'),
    ];
    const yaml = priceListOf(rows);
    expect(yaml).toContain("micro: '0.0009'");
    expect(plan(priceListOf(rows.slice(0, 2))).applied).toEqual(rows.slice(0, 2));
    expect(priceListOf([])).toBe('prices: []\n');
  });
});

describe('a price list is refused with line, key and reason', () => {
  test.each([
    [
      'a price in the past',
      from('2026-11-22T10:00:00Z', "compute: { micro: '0.0009' }"),
      /^2 prices\[0\]\.compute\.micro .*would change the past/,
    ],
    [
      'a price in force that is another',
      from(past, "compute: { micro: '0.0009' }"),
      /^2 prices\[0\]\.compute\.micro The price 0\.0010 .*contradicts/,
    ],
    ['a row of the file that is another', from(march, "compute: { micro: '0.0009' }"), /contradicts 0\.0009/],
    ['an unknown size', from(january, "compute: { tiny: '0.0009' }"), /"tiny" is not a size/],
    [
      'an unknown region',
      from(january, "disk: '0.1'").replace(region, 'mars-1'),
      /^2 prices\[0\]\.region "mars-1" is not a region/,
    ],
    [
      'a currency older than the first',
      from('2020-01-01T00:00:00Z', "compute: { micro: '1' }, disk: '1'", 'EUR'),
      /The oldest price is in USD and must be/,
    ],
    ['a float', from(january, 'compute: { micro: 0.0009 }'), /in quotes/],
    ['nothing', from(january, "compute: { micro: '0.0' }"), /must be more than zero/],
    ['a typo', from(january, "computer: { micro: '0.1' }"), /Unrecognized key: "computer"/],
  ])('%s', (_what, entry, fault) => {
    expect(faultsOf(list(entry))).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
  });

  test('a row twice, and what is no YAML, or not a list', () => {
    const twice = from(january, "compute: { micro: '0.0009' }");
    expect(faultsOf(list(twice, twice))).toEqual([
      expect.stringMatching(/^3 prices\[1\]\.compute\.micro .*priced twice/),
    ]);
    expect(faultsOf('prices: [')).toEqual([expect.stringMatching(/^1 /)]);
    expect(faultsOf('price: []')).not.toEqual([]);
    expect(faultsOf('prices: *nowhere')).not.toEqual([]);
  });
});
