import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser, type Api } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ServerRunning, type InvoiceSummary, type Me, type Reconciliation } from '@berth/contracts';
import type { Browser } from 'playwright-core';
import { costReport } from '../cost-report.ts';
import type { Customer } from '../customer.ts';
import { World } from '../world.ts';
import { Visitor, type Looks } from './visitor.ts';

/** `npm run screens` keeps a picture of each screen there. */
const pictures = process.env['BERTH_SCREENS'];

let world: World;
let browser: Browser;
let customer: Customer;
/** Whose account is closing. */
let leaving: Customer;
/** Whose budget is used up. */
let blocked: Customer;
let staffLogin: Customer['login'];
let running: string;
let pausedByBudget: string;
let failed: string;
let invitation: string;
let account: string;
let reconciliation: string;
let invoice: { id: string; title: string };

beforeAll(async () => {
  [world, browser] = await Promise.all([World.start(), startBrowser()]);
  // Three hours are used, and then the month is invoiced.
  await world.nearEndOfMonth(4 * 3_600);
  [customer, leaving, blocked, staffLogin] = await Promise.all([
    world.customer(),
    world.customer(),
    world.customer(),
    world.staffLogin(),
  ]);
  const { password } = leaving.login;
  await leaving.api.post('/v1/account/close', { password, accountName: 'Analytical Engines' });
  const names = ['Atlas', 'Borealis', 'Cassini', 'Delta works'];
  const servers = await Promise.all(
    names.map((name, at) =>
      customer.running({ name, tags: { team: at % 2 ? 'maps' : 'rail' }, size: at ? 'small' : 'medium' }),
    ),
  );
  running = servers[0]?.id ?? '';
  await customer.succeeded(await customer.act(servers[1]?.id ?? '', 'pause'));
  const heldTo = { scopes: ['read', 'billing'], networks: ['192.0.2.0/24', '2001:db8::/32'] };
  await customer.api.post('/v1/tokens', { name: 'Monthly report', ...heldTo });
  await customer.api.post('/v1/tokens', { name: 'Deployments', expiresAt: '2100-01-01T00:00:00Z' });
  await world.aws.faults({
    rules: [
      { operation: 'RunInstances', error: { code: 'InvalidAMIID.NotFound', status: 400 }, always: true },
    ],
  });
  const invited = { email: 'charles@example.com', role: 'operator' };
  ({ token: invitation } = await customer.api.post<{ token: string }>('/v1/invitations', invited));
  account = (await customer.api.get<Me>('/v1/me')).account.id;
  const price = {
    meter: 'compute',
    size: 'small',
    region: 'eu-central-1',
    currency: 'USD',
    perMinute: '0.0019',
  };
  await (
    await world.staff()
  ).patch(`/v1/admin/accounts/${account}/terms`, {
    ...{ basedOnSequence: 0, currencies: [{ currency: 'EUR', activeFrom: '2099-01-01T00:00:00Z' }] },
    prices: [{ ...price, activeFrom: '2098-01-01T00:00:00Z', activeUntil: null }],
  });
  const launch = await customer.launch({ name: 'Erie' });
  failed = launch.server.id;
  await customer.ended(launch.operation.id);
  await world.aws.noFaults();
  await world.put('billing.events', ServerRunning.type, { serverId: 'nonsense' });
  pausedByBudget = (await blocked.running({ name: 'Frugal' })).id;
  await world.aws.advance(3 * 3_600);
  await world.closeMonthOf(customer);
  await world.aws.advance(3 * 3_600);
  const { items } = await customer.api.get<{ items: InvoiceSummary[] }>('/v1/invoices');
  invoice = { id: items[0]?.id ?? '', title: `Invoice ${items[0]?.number}` };
  await customer.api.put('/v1/budget', { amount: '250.00', action: 'block_launches' });
  await blocked.api.put('/v1/budget', { amount: '0.01', action: 'pause_servers' });
  await blocked.reached(pausedByBudget, 'paused');
  const staff = await world.staff();
  await staff.post('/v1/admin/usage/replays', { queue: 'ledger.usage', from: '2020-01-01T00:00:00Z' });
  reconciliation = await reconciled(staff);
}, 240_000);
/** A comparison of the last month, in which one of the servers cost four hours that nobody was billed for. */
async function reconciled(staff: Api): Promise<string> {
  const now = await world.aws.now();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
  const report = 'cur/screens.csv';
  await world.aws.putReport(report, costReport(month, running, account));
  const { id } = await staff.post<Reconciliation>('/v1/admin/reconciliations', { month, report });
  await eventually(
    async () =>
      expect(await staff.get(`/v1/admin/reconciliations/${id}`)).toMatchObject({ state: 'succeeded' }),
    { within: 30_000 },
  );
  return id;
}

afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 60_000);

interface Screen {
  path: () => string;
  title: string | RegExp | (() => string);
  who?: 'nobody' | 'customer' | 'leaving' | 'blocked' | 'staff';
}

const SCREENS: Record<string, Screen> = {
  login: { path: () => '/login', title: 'Log in', who: 'nobody' },
  signup: { path: () => '/signup', title: 'Create an account', who: 'nobody' },
  forgotten: { path: () => '/forgotten', title: 'Forgotten password', who: 'nobody' },
  reset: { path: () => '/reset#brr_x', title: 'Choose a new password', who: 'nobody' },
  verify: { path: () => '/verify#brv_x', title: 'Verify your address', who: 'nobody' },
  'email-change': { path: () => '/email-change#brc_x', title: 'Use a new address', who: 'nobody' },
  servers: { path: () => '/servers', title: 'Servers' },
  launch: { path: () => '/servers/new', title: 'Launch a server' },
  server: { path: () => `/servers/${running}`, title: 'Atlas' },
  'server-failed': { path: () => `/servers/${failed}`, title: 'Erie' },
  costs: { path: () => '/costs', title: 'Costs' },
  'costs-beyond-budget': { path: () => '/costs', title: 'Costs', who: 'blocked' },
  'servers-beyond-budget': { path: () => '/servers', title: 'Servers', who: 'blocked' },
  'launch-beyond-budget': { path: () => '/servers/new', title: 'Launch a server', who: 'blocked' },
  'server-paused-by-budget': { path: () => `/servers/${pausedByBudget}`, title: 'Frugal', who: 'blocked' },
  invoices: { path: () => '/invoices', title: 'Invoices' },
  invoice: { path: () => `/invoices/${invoice.id}`, title: () => invoice.title },
  'invoice-why': { path: () => `/invoices/${invoice.id}/lines/1`, title: 'Why this amount' },
  account: { path: () => '/account', title: 'Account' },
  closing: { path: () => '/account', title: 'Account', who: 'leaving' },
  members: { path: () => '/account/members', title: 'Members' },
  invitation: { path: () => `/invitation#${invitation}`, title: 'You are invited', who: 'nobody' },
  audit: { path: () => '/account/audit', title: 'Audit trail' },
  security: { path: () => '/account/security', title: 'Security' },
  tokens: { path: () => '/account/tokens', title: 'API tokens' },
  fleet: { path: () => '/staff', title: 'Fleet', who: 'staff' },
  accounts: { path: () => '/staff/accounts', title: 'Accounts', who: 'staff' },
  'staff-account': { path: () => `/staff/accounts/${account}`, title: 'Analytical Engines', who: 'staff' },
  'staff-invoice': { path: () => ofAccount(''), title: () => invoice.title, who: 'staff' },
  'staff-invoice-why': { path: () => ofAccount('/lines/1'), title: 'Why this amount', who: 'staff' },
  stuck: { path: () => '/staff/stuck', title: 'Stuck', who: 'staff' },
  'dead-letters': { path: () => '/staff/dead-letters', title: 'Dead letters', who: 'staff' },
  'usage-feed': { path: () => '/staff/usage', title: 'Usage feed', who: 'staff' },
  reconciliations: { path: () => '/staff/reconciliation', title: 'Reconciliation', who: 'staff' },
  reconciliation: {
    path: () => `/staff/reconciliation/${reconciliation}`,
    title: /^AWS in /,
    who: 'staff',
  },
  catalog: { path: () => '/staff/catalog', title: 'Catalog', who: 'staff' },
  'price-book': { path: () => '/staff/prices', title: 'Price book', who: 'staff' },
};

const ofAccount = (path: string) => `/staff/accounts/${account}/invoices/${invoice.id}${path}`;

/** What stands where something is still coming. */
const UNFINISHED = '[aria-busy=true], .mantine-Skeleton-root, [data-loading]';

const LOOKS: Record<string, Looks> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', width: 360, height: 740 },
};

describe.each(Object.keys(LOOKS))('%s', (look) => {
  const visitors = new Map<string, Visitor>();

  async function visitorFor(who: string): Promise<Visitor> {
    const known = visitors.get(who);
    if (known) return known;
    const visitor = await Visitor.open(browser, world.url, LOOKS[look]);
    visitors.set(who, visitor);
    if (who === 'nobody') return visitor;
    const { login } = { leaving, blocked }[who] ?? customer;
    await visitor.logIn(who === 'staff' ? staffLogin : login);
    await visitor.sees(who === 'staff' ? 'Fleet' : 'Servers');
    return visitor;
  }

  afterAll(async () => {
    for (const visitor of visitors.values()) await visitor.leave();
  });

  test.each(Object.entries(SCREENS))(
    '%s can be read and used by everybody',
    async (name, screen) => {
      const visitor = await visitorFor(screen.who ?? 'customer');
      const { page } = visitor;
      await visitor.go(screen.path());
      await visitor.sees(typeof screen.title === 'function' ? screen.title() : screen.title);
      await eventually(async () => expect(await page.locator(UNFINISHED).count()).toBe(0));
      await page.evaluate('document.fonts.ready');
      if (pictures) {
        mkdirSync(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `${name}-${look}.png`) });
      }
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await visitor.inaccessible()).toEqual([]);
      expect(visitor.faults).toEqual([]);
    },
    60_000,
  );
});
