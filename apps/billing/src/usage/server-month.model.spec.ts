import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packed, unpacked } from './server-month.model.ts';
import type { ServerMonth } from './server-month.ts';

const priced = {
  meter: fc.constantFrom('compute' as const, 'disk' as const),
  region: fc.constantFrom('eu-central-1', 'us-east-1'),
  size: fc.constantFrom('small', '2xlarge', null),
};
const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const quantity = fc.oneof(fc.nat(100_000_000), fc.maxSafeInteger());
const sums = fc.array(fc.record({ ...priced, days: fc.array(quantity, { minLength: 1, maxLength: 31 }) }));
const rest = fc.array(
  fc.record({ ...priced, unitsPerMinute: fc.nat(16_000), from: moment, to: fc.option(moment) }),
);
const ids = {
  accountId: 'acc_1',
  serverId: 'srv_1',
  month: '2026-11',
  until: new Date('2026-11-30T22:00:00Z'),
};
const months = fc.record({ sums, rest }).map((used): ServerMonth => ({ ...ids, ...used }));

test('what a server used in a month comes out of the database as it went in', () => {
  fc.assert(
    fc.property(months, (month) => {
      expect(unpacked({ ...packed(month), _id: 'srv_1/2026-11', goesOn: false })).toEqual(month);
    }),
  );
});
