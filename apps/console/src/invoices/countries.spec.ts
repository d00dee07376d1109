import { expect, test } from '@jest/globals';
import { COUNTRIES } from './countries.ts';

test('every country is there once, by its name', () => {
  expect(COUNTRIES.length).toBeGreaterThan(240);
  expect(new Set(COUNTRIES.map(({ label }) => label)).size).toBe(COUNTRIES.length);
  const codes = COUNTRIES.map(({ value }) => value);
  expect(codes).toEqual(expect.arrayContaining(['DE', 'FR', 'GB', 'JP', 'US']));
  for (const none of ['UK', 'DD', 'EU', 'ZZ']) expect(codes).not.toContain(none);
});
