import { describe, expect, test } from '@jest/globals';
import { NewTerms } from './terms.ts';

const price = {
  ...{ meter: 'compute', size: 'small', region: 'eu-central-1', currency: 'EUR', perMinute: '0.002' },
  ...{ activeFrom: '2026-12-01T00:00:00Z', activeUntil: null },
};
const faultsOf = (terms: object) =>
  NewTerms.safeParse({ basedOnSequence: 0, ...terms }).error?.issues.map(({ path }) => path.join('/')) ?? [];

describe('a currency begins with a UTC month', () => {
  test.each(['2026-12-01T00:00:00Z', '2026-12-01T00:00:00.000Z'])('%s', (activeFrom) => {
    expect(faultsOf({ currencies: [{ currency: 'EUR', activeFrom }] })).toEqual([]);
  });

  test.each(['2026-12-02T00:00:00Z', '2026-12-01T00:01:00Z', '2026-12-01T00:00:00.001Z', 'December', ''])(
    'not %j',
    (activeFrom) => {
      expect(new Set(faultsOf({ currencies: [{ currency: 'EUR', activeFrom }] }))).toEqual(
        new Set(['currencies/0/activeFrom']),
      );
    },
  );
});

describe('a price of an account’s own', () => {
  test('is money for a minute, from a whole minute on', () => {
    expect(faultsOf({ prices: [price] })).toEqual([]);
  });

  test.each([
    ['perMinute', '0'],
    ['perMinute', '-1'],
    ['perMinute', '0.0000000000001'],
    ['perMinute', 0.1],
    ['activeFrom', '2026-12-01T00:00:30Z'],
    ['activeUntil', 'soon'],
    ['meter', 'electricity'],
    ['currency', 'eur'],
  ])('is refused with %s %j', (field, value) => {
    expect(new Set(faultsOf({ prices: [{ ...price, [field]: value }] }))).toEqual(
      new Set([`prices/0/${field}`]),
    );
  });
});
