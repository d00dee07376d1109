import type { BillingProfile, Credit, Invoice, InvoiceLineUsage, InvoiceSummary, Me } from '@berth/contracts';
import type { Api } from '@berth/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@berth/testing';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

const DAY_SECONDS = 86_400;
let world: World;
let customer: Customer;
let staff: Api;
let accountId: string;

beforeAll(async () => {
  world = await World.start({ env: { BERTH_SIM_BOOT_SECONDS: '0.3', BERTH_SIM_SPEED: '50' } });
  await world.nearEndOfMonth();
  customer = await world.customer();
  staff = await world.staff();
  accountId = (await customer.api.get<Me>('/v1/me')).account.id;
}, 120_000);

afterAll(() => world?.stop(), 60_000);

const invoices = async () => (await customer.api.get<Page<InvoiceSummary>>('/v1/invoices')).items;

test('a month is invoiced to whom the profile says, credit first, and each line shows its records', async () => {
  const profile = { legalName: 'Reeder GmbH', addressLines: ['Dock 1'], country: 'AT', email: null };
  await customer.api.put<BillingProfile>('/v1/billing-profile', profile);
  await staff.put(`/v1/admin/accounts/${accountId}/tax`, { reverseCharge: true });
  await staff.post<Credit>(`/v1/admin/accounts/${accountId}/credits`, { amount: '0.01', reason: 'Welcome' });
  const server = await customer.running();
  await world.aws.advance(300);
  await customer.succeeded(await customer.terminate(server.id));
  await world.closeMonthOf(customer);

  const [{ id } = { id: '' }] = await invoices();
  const invoice = await customer.api.get<Invoice>(`/v1/invoices/${id}`);
  expect(invoice).toMatchObject({
    kind: 'invoice',
    buyer: { name: 'Reeder GmbH', country: 'AT' },
    tax: { rate: '0', reverseCharge: true, amount: '0.00' },
    credits: [{ reason: 'Welcome', amount: '0.01' }],
  });
  const cents = (amount: string) => Math.round(Number(amount) * 100);
  expect(invoice.lines.reduce((sum, { amount }) => sum + cents(amount), 0)).toBe(cents(invoice.subtotal));
  for (const { n, quantity } of invoice.lines) {
    const { items } = await customer.api.get<Page<InvoiceLineUsage>>(`/v1/invoices/${id}/lines/${n}/usage`);
    expect(items.reduce((sum, { counted }) => sum + counted, 0)).toBe(quantity);
  }
}, 120_000);

test('who does not pay is suspended by rule, and reinstated when it is paid', async () => {
  const [{ id, status } = { id: '', status: '' }] = await invoices();
  expect(status).toBe('issued');
  await world.aws.advance(36 * DAY_SECONDS);
  // Sessions of before have ended by then.
  const later = await world.staff();
  const standing = async () => (await later.get<Me['account']>(`/v1/admin/accounts/${accountId}`)).status;
  await eventually(async () => expect(await standing()).toBe('suspended'), { within: 40_000 });
  await later.post(`/v1/admin/invoices/${id}/pay`, { reference: 'Statement 7' });
  await eventually(async () => expect(await standing()).toBe('active'));
  await expect(later.post(`/v1/admin/invoices/${id}/void`, { reason: 'No' })).rejects.toMatchObject({
    status: 409,
  });
}, 120_000);
