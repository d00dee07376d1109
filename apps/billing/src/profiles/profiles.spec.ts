import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  BillingProfile,
  GetBillingProfile,
  NewBillingProfile,
  SetAccountTax,
  SetBillingProfile,
} from '@berth/contracts';
import { newId } from '@berth/mongo';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { BillingUnderTest, settings } from '../fixtures/billing-under-test.ts';

const clock = new TestClock('2026-03-01T00:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let billing: BillingUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const start = () => serviceAt(clock, BillingModule.forRoot(settings(rabbit, mongo), mongo.database));
  billing = new BillingUnderTest(clock, start);
  await billing.replica();
});
afterAll(async () => {
  await billing?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const profile = {
  legalName: 'Reeder GmbH',
  addressLines: ['Dock 1', '20457 Hamburg'],
  country: 'DE',
  taxId: 'DE123456789',
  email: 'pay@example.com',
};
const get = (accountId: string) => billing.ask(GetBillingProfile, { accountId });

test('a profile that nobody has set is empty, and taxed as the vendor says', async () => {
  const shown = await get(await billing.account());
  expect(BillingProfile.parse(shown)).toEqual(shown);
  expect(shown).toEqual({
    ...{ legalName: null, addressLines: [], country: null, taxId: null, email: null, updatedAt: null },
    tax: { rate: '19', reverseCharge: false, note: null },
  });
});

test('it is replaced as a whole, and its tax is left alone', async () => {
  const accountId = await billing.account();
  const tax = { accountId, rate: '7.7', reverseCharge: false, note: 'Reduced' };
  await billing.ask(SetAccountTax, tax);
  await billing.ask(SetBillingProfile, { accountId, ...profile });
  const updatedAt = '2026-03-01T00:00:00.000Z';
  const shown = { rate: '7.7', reverseCharge: false, note: 'Reduced' };
  expect(await get(accountId)).toEqual({ ...profile, updatedAt, tax: shown });
  await billing.ask(SetBillingProfile, { accountId, ...profile, taxId: null, email: null });
  expect(await get(accountId)).toMatchObject({ taxId: null, email: null, tax: shown });
});

test('under reverse charge nothing is added, whatever the rate, with the usual text or another', async () => {
  const accountId = await billing.account();
  const reverse = { accountId, rate: '20', reverseCharge: true };
  expect((await billing.ask(SetAccountTax, { ...reverse, note: null })).tax).toEqual({
    ...{ rate: '0', reverseCharge: true },
    note: expect.stringContaining('Reverse charge'),
  });
  expect((await billing.ask(SetAccountTax, { ...reverse, note: 'Autoliquidation' })).tax.note).toBe(
    'Autoliquidation',
  );
});

test('nothing is said of an account that nobody knows; of a closed one it stays as it is, but for its tax', async () => {
  const unknown = newId('acc');
  const tax = { rate: null, reverseCharge: false, note: null };
  expect(await get(unknown)).toMatchObject({ legalName: null, updatedAt: null });
  await expect(billing.ask(SetBillingProfile, { accountId: unknown, ...profile })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(billing.ask(SetAccountTax, { accountId: unknown, ...tax })).rejects.toMatchObject({
    code: 'not_found',
  });
  const accountId = await billing.account('closed');
  await expect(billing.ask(SetBillingProfile, { accountId, ...profile })).rejects.toMatchObject({
    code: 'invalid_state',
  });
  expect((await billing.ask(SetAccountTax, { accountId, ...tax, rate: '3' })).tax.rate).toBe('3');
});

test.each([
  ['a country that is none', { country: 'XX' }],
  ['a country in small letters', { country: 'de' }],
  ['no address', { addressLines: [] }],
  ['no name', { legalName: ' ' }],
  ['an address that is no e-mail address', { email: 'pay' }],
  ['a field that nobody knows', { vat: 'x' }],
])('%s is refused', (_, wrong) => {
  expect(NewBillingProfile.safeParse({ ...profile, ...wrong }).success).toBe(false);
});
