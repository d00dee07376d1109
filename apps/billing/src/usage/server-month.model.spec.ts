import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packed, unpacked } from './server-month.model.ts';
import type { ServerMonth } from './server-month.ts';

const month = (days: number[]): ServerMonth => ({
  ...{ accountId: 'acc_1', serverId: 'srv_1', month: '2026-11', until: new Date('2026-11-30T22:00:00Z') },
  sums: [{ meter: 'disk', region: 'eu-central-1', size: null, days }],
  rest: [],
});

test('what a server used on each day comes out of the database as it went in', () => {
  const quantity = fc.oneof(fc.nat(100_000_000), fc.maxSafeInteger(), fc.double({ noNaN: true }));
  fc.assert(
    fc.property(fc.array(quantity, { minLength: 1, maxLength: 31 }), (days) => {
      const stored = { ...packed(month(days)), _id: 'srv_1/2026-11', goesOn: false };
      // Zero is written without a sign.
      const sums = unpacked(stored).sums.map((sum) => sum.days.map((quantity) => quantity + 0));
      expect(sums).toEqual([days.map((quantity) => quantity + 0)]);
    }),
  );
});
