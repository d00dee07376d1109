import type { AuditEvent, BookedPrices, Me, Terms } from '@berth/contracts';
import { startBrowser } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Customer } from '../customer.ts';
import { World } from '../world.ts';
import { Visitor } from './visitor.ts';

/** What staff decide about prices and terms, each through the page, and what the API says of it afterwards. */
let world: World;
let browser: Browser;
let customer: Customer;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [world, browser] = await Promise.all([World.start(), startBrowser()]);
}, 180_000);
beforeEach(async () => {
  customer = await world.customer();
  visitor = await Visitor.open(browser, world.url);
  ({ page } = visitor);
});
afterEach(async () => {
  await visitor.leave();
  expect(visitor.faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 60_000);

/** Logs in and opens a screen. */
async function at(path: string, title: string, login = customer.login): Promise<void> {
  await visitor.go(path);
  await visitor.fillLogin(login);
  await page.getByRole('button', { name: 'Log in' }).click();
  await visitor.sees(title);
}

const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click();

test('staff agree with an account on a price and a currency, which its people see', async () => {
  const { account } = await customer.api.get<Me>('/v1/me');
  await at('/staff/accounts', 'Accounts', await world.staffLogin());
  await visitor.go(`/staff/accounts/${account.id}`);
  await page.getByText('It has no prices of its own').waitFor();

  await press('Add a price');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Price per minute').fill('0,0005');
  await dialog.getByLabel('From, in UTC').fill('2099-01-01T00:00');
  await dialog.getByRole('button', { name: 'Agree on it' }).click();
  await dialog.getByText('must be a decimal number').waitFor();
  await dialog.getByLabel('Price per minute').fill('0.0005');
  await dialog.getByRole('button', { name: 'Agree on it' }).click();
  await page.getByText('The price is agreed').waitFor();
  await page.getByRole('list', { name: 'Own prices' }).getByText('$0.030 per hour').waitFor();

  await press('Change the currency');
  await dialog.getByLabel('Currency').selectOption('EUR');
  await dialog.getByRole('button', { name: 'Agree on it' }).click();
  await page.getByText('The currency is agreed').waitFor();
  expect(await customer.api.get<Terms>('/v1/terms')).toMatchObject({
    ...{ sequence: 2, currency: 'USD', currencies: [{ currency: 'EUR' }] },
    prices: [{ meter: 'compute', perMinute: '0.0005', activeFrom: '2099-01-01T00:00:00.000Z' }],
  });

  const member = await Visitor.open(browser, world.url);
  await member.go('/costs');
  await member.fillLogin(customer.login);
  await member.page.getByRole('button', { name: 'Log in' }).click();
  await member.sees('Costs');
  const terms = member.page.getByRole('region', { name: 'Your terms' });
  await terms.getByText('You are billed in USD.').waitFor();
  await terms.getByText(/^From .* on in EUR\.$/).waitFor();
  await terms.getByText('$0.030 per hour').waitFor();
  await member.leave();
  expect(member.faults).toEqual([]);

  await page.getByRole('button', { name: /^Withdraw the price of/ }).click();
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('The price is withdrawn').waitFor();
  expect(await customer.api.get<Terms>('/v1/terms')).toMatchObject({ sequence: 3, prices: [] });
  await eventually(async () => {
    const trail = await customer.api.get<{ items: AuditEvent[] }>('/v1/audit-events');
    expect(trail.items.map(({ action }) => action)).toContain('updateAccountTerms');
  });
}, 60_000);

test('staff announce prices after they have seen what changes, and withdraw them', async () => {
  const staff = await world.staff();
  await at('/staff/prices', 'Price book', await world.staffLogin());
  await page.getByText('Nothing is announced in USD.').waitFor();
  const list = page.getByRole('textbox', { name: 'Price list in YAML' });
  const entry = (region: string) =>
    `prices:\n  - { region: ${region}, currency: USD, activeFrom: 2098-01-01T00:00:00Z, compute: { micro: '0.0006' } }\n`;

  await list.fill(entry('mars-1'));
  await press('Preview');
  await page.getByText('Line 2, prices[0].region: "mars-1" is not a region').waitFor();

  await list.fill(entry('eu-central-1'));
  await press('Preview');
  const changes = page.getByRole('region', { name: 'What changes' });
  await changes.getByText('−50 %').waitFor();
  expect((await staff.get<BookedPrices>('/v1/admin/prices')).yaml).toBe('prices: []\n');
  await press('Apply the price list');
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await page.getByText('1 price is announced').waitFor();
  await page.getByRole('region', { name: 'Announced prices' }).getByText('Compute, micro').waitFor();
  expect((await staff.get<BookedPrices>('/v1/admin/prices')).yaml).toContain("micro: '0.0006'");

  await list.fill('prices: []');
  await press('Preview');
  await changes.getByText('removed').waitFor();
  await press('Apply the price list');
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Nothing is announced in USD.').waitFor();
  expect((await staff.get<BookedPrices>('/v1/admin/prices')).yaml).toBe('prices: []\n');

  await page.getByRole('combobox', { name: 'Currency' }).selectOption('CAD');
  await page.getByRole('region', { name: 'Prices', exact: true }).getByText(/CA\$/).first().waitFor();
}, 60_000);
