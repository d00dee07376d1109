import { readFileSync } from 'node:fs';
import type { AuditEvent, BillingProfile, Invoice, InvoiceSummary, Me, Server } from '@berth/contracts';
import { startBrowser } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Customer } from '../customer.ts';
import { World } from '../world.ts';
import { Visitor } from './visitor.ts';

/** An account whose month is closed: what its people and staff see of the invoice, and do about it. */
let world: World;
let browser: Browser;
let staffLogin: Customer['login'];
let customer: Customer;
let account: string;
let server: Server;
let invoice: Invoice;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [world, browser] = await Promise.all([World.start({ env: { BERTH_SIM_SPEED: '50' } }), startBrowser()]);
  await world.nearEndOfMonth(4 * 3_600);
  customer = await world.customer();
  account = (await customer.api.get<Me>('/v1/me')).account.id;
  server = await customer.running({ name: 'Atlas' });
  await world.aws.advance(3 * 3_600);
  await customer.succeeded(await customer.act(server.id, 'pause'));
  await world.closeMonthOf(customer);
  const [{ id } = { id: '' }] = (await customer.api.get<{ items: InvoiceSummary[] }>('/v1/invoices')).items;
  invoice = await customer.api.get<Invoice>(`/v1/invoices/${id}`);
  staffLogin = await world.staffLogin();
}, 240_000);
beforeEach(async () => {
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

const read = () => customer.api.get<Invoice>(`/v1/invoices/${invoice.id}`);

/** Logs in and opens a screen. */
async function at(path: string, title: string | RegExp, login = customer.login): Promise<void> {
  await visitor.go(path);
  await visitor.fillLogin(login);
  await page.getByRole('button', { name: 'Log in' }).click();
  await visitor.sees(title);
}

const titleOf = (): string => `Invoice ${invoice.number}`;

test('an invoice is found, read, and downloaded as PDF, CSV and JSON', async () => {
  await at('/servers', 'Servers');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Invoices' }).click();
  await visitor.sees('Invoices');
  await page.getByRole('cell', { name: 'To be paid' }).waitFor();
  await page.getByRole('link', { name: invoice.number ?? '', exact: true }).click();
  await visitor.sees(titleOf());
  await page.getByText(invoice.lines[0]?.description ?? '').waitFor();
  for (const [format, begin] of [
    ['PDF', '%PDF-'],
    ['CSV', 'number,kind,'],
    ['JSON', '{"accountId":'],
  ] as const) {
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: `Download ${format} of ${invoice.number}` }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`${invoice.number}.${format.toLowerCase()}`);
    expect(readFileSync(await download.path(), 'latin1').startsWith(begin)).toBe(true);
  }
}, 60_000);

test('why an amount is what it is takes two clicks, down to the change of the server', async () => {
  const compute = invoice.lines.find(({ meter }) => meter === 'compute');
  const started = (await customer.timeline(server.id)).find(({ to }) => to === 'running');
  await at(`/invoices/${invoice.id}`, titleOf());
  await page.getByRole('link', { name: `Why this amount, of line ${compute?.n}` }).click();
  await visitor.sees('Why this amount');
  await page
    .getByRole('link', { name: `change ${started?.sequence}`, exact: true })
    .first()
    .click();
  await visitor.sees('Atlas');
  await page.locator('[aria-current=true]:focus').filter({ hasText: 'Running' }).waitFor();
}, 60_000);

test('whom invoices are for is changed, and what was issued stays', async () => {
  await at('/invoices', 'Invoices');
  await page.getByRole('button', { name: 'Change it' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Žluťoučký kůň s.r.o.');
  await dialog.getByRole('textbox', { name: 'Address' }).fill('Dlouhá 1\n110 00 Praha');
  await dialog.getByRole('combobox', { name: 'Country' }).fill('Czech');
  await page.getByRole('option', { name: /Czech/ }).click();
  await dialog.getByRole('textbox', { name: 'Tax id' }).fill('CZ12345678');
  expect(await visitor.inaccessible()).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The next invoice says so').waitFor();
  expect(await customer.api.get<BillingProfile>('/v1/billing-profile')).toMatchObject({
    ...{ legalName: 'Žluťoučký kůň s.r.o.', addressLines: ['Dlouhá 1', '110 00 Praha'] },
    ...{ country: 'CZ', taxId: 'CZ12345678', email: null },
  });
  expect((await read()).buyer).toEqual(invoice.buyer);
}, 60_000);

test('an invoice that is not there, or another account’s, is none', async () => {
  await at('/invoices/inv_00000000000000000000000000', 'No such invoice');
  expect(await visitor.inaccessible()).toEqual([]);
  await page.getByRole('link', { name: 'To your invoices' }).click();
  await visitor.sees('Invoices');
}, 60_000);

test('staff note what was paid, a part and then the rest, whose people see by what', async () => {
  await at(`/staff/accounts/${account}`, 'Analytical Engines', staffLogin);
  await page.getByRole('button', { name: `Paid: ${invoice.number}` }).click();
  const dialog = page.getByRole('dialog');
  const reference = dialog.getByRole('textbox', { name: 'Reference of the payment' });
  await reference.fill('Transfer 4711');
  await dialog.getByRole('textbox', { name: 'Amount' }).fill('0.01');
  await dialog.getByRole('button', { name: 'Paid' }).click();
  await page.getByText('The payment is noted').waitFor();
  await dialog.waitFor({ state: 'detached' });
  expect(await read()).toMatchObject({ status: 'issued', payments: [{ amount: '0.01' }], paidAt: null });

  await page.getByRole('button', { name: `Paid: ${invoice.number}` }).click();
  await reference.fill('Transfer 4712');
  expect(await visitor.inaccessible()).toEqual([]);
  await dialog.getByRole('button', { name: 'Paid' }).click();
  await page.getByRole('cell', { name: 'Paid', exact: true }).waitFor();
  expect(await read()).toMatchObject({
    ...{ status: 'paid', outstanding: expect.stringMatching(/^0/) },
    payments: [{ reference: 'Transfer 4711' }, { reference: 'Transfer 4712' }],
  });
  await eventually(async () => {
    const { items } = await customer.api.get<{ items: AuditEvent[] }>('/v1/audit-events');
    expect(items.map(({ action }) => action)).toContain('payInvoice');
  });

  const member = await Visitor.open(browser, world.url);
  await member.go(`/invoices/${invoice.id}`);
  await member.fillLogin(customer.login);
  await member.page.getByRole('button', { name: 'Log in' }).click();
  await member.sees(titleOf());
  await member.page.getByText(/01 paid: Transfer 4711/).waitFor();
  await member.leave();
  expect(member.faults).toEqual([]);
}, 60_000);

test('staff say how the next invoice is taxed', async () => {
  await at(`/staff/accounts/${account}`, 'Analytical Engines', staffLogin);
  await page.getByRole('button', { name: 'Change the tax' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Reverse charge' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The next invoice is taxed like this').waitFor();
  expect(await customer.api.get<BillingProfile>('/v1/billing-profile')).toMatchObject({
    tax: { reverseCharge: true },
  });
}, 60_000);
