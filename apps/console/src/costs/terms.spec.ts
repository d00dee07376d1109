import { expect, test } from '@jest/globals';
import type { OwnPrice, Terms } from '@berth/contracts';
import { currenciesToCome, hasTerms, pricesAhead } from './terms.ts';

const now = Date.UTC(2026, 10, 30);
const price = (activeFrom: string, activeUntil: string | null): OwnPrice => ({
  meter: 'compute',
  ...{ size: 'small', region: 'eu', currency: 'USD', perMinute: '1', activeFrom, activeUntil },
});
const none: Terms = { sequence: 0, currency: 'USD', currencies: [], prices: [] };

test('an account has terms while something of them holds or is going to', () => {
  expect(hasTerms(none, now)).toBe(false);
  const over = { ...none, prices: [price('2026-01-01T00:00:00Z', '2026-11-30T00:00:00Z')] };
  expect(hasTerms(over, now)).toBe(false);
  expect(hasTerms(over, now - 1)).toBe(true);
  expect(
    hasTerms({ ...none, currencies: [{ currency: 'EUR', activeFrom: '2026-11-01T00:00:00Z' }] }, now),
  ).toBe(true);
});

test('what is to come stands in its order', () => {
  const [late, soon] = [price('2027-03-01T00:00:00Z', null), price('2027-01-01T00:00:00Z', null)];
  expect(pricesAhead({ prices: [late, soon] }, now)).toEqual([soon, late]);
  const currencies = [
    { currency: 'EUR', activeFrom: '2026-11-01T00:00:00Z' },
    { currency: 'CAD', activeFrom: '2027-01-01T00:00:00Z' },
  ];
  expect(currenciesToCome({ currencies }, now)).toEqual(currencies.slice(1));
});
