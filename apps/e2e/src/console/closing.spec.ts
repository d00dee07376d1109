import { readFileSync } from 'node:fs';
import { AccountExport, type AccountAuditEvent, type Me } from '@berth/contracts';
import { Api, startBrowser } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Customer } from '../customer.ts';
import { World } from '../world.ts';
import { Visitor, type Looks } from './visitor.ts';

/** The end of an account through the page: what is taken along, what is asked for, the way back, and that nothing is left. */
const DAY_SECONDS = 86_400;
const LONG = { within: 60_000 };
let world: World;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [world, browser] = await Promise.all([World.start(), startBrowser()]);
}, 180_000);
afterEach(async () => {
  await visitor?.leave();
  expect(visitor.faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 60_000);

const dialog = () => page.getByRole('dialog');
const banner = () => page.getByRole('region', { name: 'This account is closing' });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const answer = (name: string) => dialog().getByRole('button', { name, exact: true }).click();
const isUsable = async () => {
  await page.mouse.move(0, 0);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  expect(await visitor.inaccessible()).toEqual([]);
};
const visit = async (login: Customer['login'], looks: Looks = {}) => {
  visitor = await Visitor.open(browser, world.url, looks);
  ({ page } = visitor);
  await visitor.logIn(login);
  await visitor.sees('Servers');
};
/** Into the dialog, which has to be open. */
const fillIn = async (accountName: string, password: string) => {
  await dialog().getByLabel('Type').fill(accountName);
  await dialog().getByRole('textbox', { name: 'Your password' }).fill(password);
  await answer('Close the account');
};

const LOOKS: [string, Looks][] = [
  ['by day', { colorScheme: 'light' }],
  ['on a phone at night', { colorScheme: 'dark', width: 360, height: 740 }],
];

describe.each(LOOKS)('an account that is closed %s', (_, looks) => {
  test('is taken along, loses its servers, and can be opened again', async () => {
    const customer = await world.customer();
    const [server, kept] = [
      await customer.running({ name: 'Atlas' }),
      await customer.running({ name: 'Crown jewels' }),
    ];
    await customer.api.patch(`/v1/servers/${kept.id}`, { protected: true });
    await visit(customer.login, looks);
    await visitor.go('/account');
    await visitor.sees('Account');

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download everything' }).click();
    const file = AccountExport.parse(JSON.parse(readFileSync(await (await downloading).path(), 'utf8')));
    expect(file.servers.map(({ id }) => id).sort()).toEqual([server.id, kept.id].sort());
    expect(file.account.name).toBe('Analytical Engines');
    expect(file.timelines.length).toBeGreaterThan(4);

    await press('Close the account');
    await dialog().getByText('2 servers').waitFor();
    await isUsable();
    await fillIn('Analytical', customer.login.password);
    await dialog().getByText('This is not its name').waitFor();
    await fillIn('Analytical Engines', 'not my password');
    await dialog().getByText('Protected: Crown jewels.').waitFor();
    await customer.api.patch(`/v1/servers/${kept.id}`, { protected: false });
    await answer('Close the account');
    await dialog().getByText('This is not your password').waitFor();
    await fillIn('Analytical Engines', customer.login.password);

    await banner().waitFor();
    await dialog().waitFor({ state: 'detached' });
    await isUsable();
    for (const { id } of [server, kept]) await customer.reached(id, 'terminated', 60_000);
    await visitor.go('/servers/new');
    await banner().waitFor();
    await expect(customer.launch()).rejects.toMatchObject({ status: 403, code: 'account_closing' });
    const { items } = await customer.api.get<{ items: AccountAuditEvent[] }>('/v1/audit-events?limit=200');
    const ended = items.filter(({ action }) => action === 'terminateServer');
    expect(ended.map(({ target }) => target?.id).sort()).toEqual([server.id, kept.id].sort());
    expect(ended[0]?.actor).toMatchObject({ kind: 'system', id: 'closing' });

    await press('Open it again');
    await banner().waitFor({ state: 'detached' });
    await eventually(() => customer.running({ name: 'Borealis' }), LONG);
  }, 180_000);
});

test('when the grace period is over nobody gets in, nothing is left, and the address is free again', async () => {
  const customer = await world.customer();
  const { login } = customer;
  const server = await customer.running();
  await visit(login);
  const { account } = await customer.api.get<Me>('/v1/me');
  const { token } = await customer.api.post<{ token: string }>('/v1/tokens', { name: 'ci' });
  const wanted = { password: login.password, accountName: account.name };
  const closing = await customer.api.post<Me['account']['closing']>('/v1/account/close', wanted);
  expect(await customer.api.post('/v1/account/close', wanted)).toEqual(closing);
  await visitor.go('/servers');
  await banner().waitFor();
  await customer.reached(server.id, 'terminated', 60_000);

  const staff = await world.staffLogin();
  await visitor.leave();
  visitor = await Visitor.open(browser, world.url);
  ({ page } = visitor);
  await visitor.logIn(staff);
  await visitor.sees('Fleet');
  await visitor.go(`/staff/accounts/${account.id}`);
  await page.getByText('Deleted, once its servers are gone').waitFor();
  await isUsable();

  await world.aws.advance(30 * DAY_SECONDS);
  const stranger = new Api(world.url);
  const refused = { status: 401 };
  await eventually(() => expect(stranger.as(token).get('/v1/me')).rejects.toMatchObject(refused), LONG);
  await eventually(() => expect(stranger.post('/v1/sessions', login)).rejects.toMatchObject(refused), LONG);
  await eventually(
    () => stranger.post('/v1/signup', { ...login, name: 'Ada', accountName: 'Analytical Engines' }),
    LONG,
  );
  const admin = await world.staff();
  const left = async (path: string) => (await admin.get<{ items: unknown[] }>(path)).items;
  const of = `/v1/admin/accounts/${account.id}`;
  expect(await admin.get(of)).toMatchObject({ status: 'closed', name: account.name });
  await eventually(async () => {
    expect(await left(`${of}/servers?includeTerminated=true`)).toEqual([]);
    expect(await left(`${of}/members`)).toEqual([]);
  }, LONG);
  expect(await world.deadLetters()).toEqual({});
}, 180_000);
