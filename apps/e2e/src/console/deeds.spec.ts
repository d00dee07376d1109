import {
  ServerRunning,
  type AuditEvent,
  type Budget,
  type Credits,
  type Me,
  type Operation,
  type Server,
} from '@berth/contracts';
import { Api, startBrowser } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { costReport } from '../cost-report.ts';
import type { Customer } from '../customer.ts';
import { World } from '../world.ts';
import { Visitor } from './visitor.ts';

/** What people do besides the main way, each through the page, and what the API says of it afterwards. */
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
  await world.aws.noFaults();
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

const status = (label: string) =>
  page.getByRole('main').getByRole('status').filter({ hasText: label }).first().waitFor({ timeout: 30_000 });

test('a launch for which there is no room says so, and is cancelled', async () => {
  await world.aws.faults({ capacity: { '*/*': 0 } });
  const { server } = await customer.launch({ name: 'No room' });
  await at(`/servers/${server.id}`, 'No room');
  await status('Waiting for capacity');
  await page.getByText(/AWS has no room for .* in eu-central-1/).waitFor();
  await press('Cancel the launch');
  await page.getByText('Cancelled; the server is given up').waitFor();
  await status('Terminated');
  expect(await customer.server(server.id)).toMatchObject({ status: 'terminated' });
}, 60_000);

test('a launch that failed is retried in another zone and another size', async () => {
  await world.aws.faults({ boots: { never_ready: { next: 1 } } });
  const { server } = await customer.launch({ name: 'Second try' });
  await customer.reached(server.id, 'configuring');
  await at(`/servers/${server.id}`, 'Second try');
  await world.aws.advance(3_600);
  await status('Failed');
  await world.aws.noFaults();
  await page.getByRole('combobox', { name: 'Zone' }).click();
  await page.getByRole('option', { name: 'eu-central-1b' }).click();
  await page.getByRole('combobox', { name: 'Size' }).click();
  await page.getByRole('option', { name: 'medium' }).click();
  await press('Retry');
  await status('Running');
  expect(await customer.server(server.id)).toMatchObject({ size: 'medium', zone: 'eu-central-1b' });
}, 90_000);

test('who renames what somebody else has just renamed is told, and may insist', async () => {
  const { id } = await customer.running({ name: 'Argo' });
  await at(`/servers/${id}`, 'Argo');
  await press('Rename');
  const name = page.getByRole('dialog', { name: 'Rename' }).getByRole('textbox', { name: 'Name' });
  await name.fill('Mine');
  await customer.api.patch(`/v1/servers/${id}`, { name: 'Theirs' });
  await press('Save');
  await page.getByRole('alert').getByText('Somebody has just named it “Theirs”').waitFor();
  expect((await customer.server(id)).name).toBe('Theirs');
  await press('Save');
  await visitor.sees('Mine');
  await press('Undo');
  await visitor.sees('Theirs');
  expect((await customer.server(id)).name).toBe('Theirs');
}, 60_000);

test('several servers are paused at once, and resumed again by undo', async () => {
  const servers = await Promise.all(['One', 'Two'].map((name) => customer.running({ name })));
  const each = (want: Server['status']) => Promise.all(servers.map(({ id }) => customer.reached(id, want)));
  await at('/servers', 'Servers');
  for (const { name } of servers) await page.getByRole('checkbox', { name: `Select ${name}` }).click();
  await press('Pause 2');
  await page.getByText('2 servers told').waitFor();
  await each('paused');
  await press('Resume them again');
  await each('running');
  await page.getByText('Running', { exact: true }).nth(1).waitFor();
}, 60_000);

test('a server is restarted', async () => {
  const { id } = await customer.running({ name: 'Once more' });
  await at(`/servers/${id}`, 'Once more');
  await press('Restart');
  const restarted = async () => {
    const { items } = await customer.api.get<{ items: Operation[] }>(`/v1/operations?server=${id}`);
    expect(items).toContainEqual(expect.objectContaining({ type: 'restart', status: 'succeeded' }));
  };
  await eventually(restarted, { within: 30_000 });
  await status('Running');
}, 60_000);

test('a budget is set, changed by two at once, seen to block, and taken away', async () => {
  const { id } = await customer.running({ name: 'Dear' });
  await world.aws.advance(3_600);
  await at('/costs', 'Costs');
  await page.getByText('There is no budget yet').waitFor();
  await press('Set a budget');
  const dialog = page.getByRole('dialog', { name: 'What may a month cost?' });
  const amount = dialog.getByRole('textbox', { name: /Amount in/ });
  await amount.fill('none');
  await dialog.getByRole('textbox', { name: 'Write to us at' }).fill('0');
  await press('Save');
  await dialog.getByText('An amount such as 250 or 99.50').waitFor();
  await amount.fill('500');
  await dialog.getByRole('textbox', { name: 'Write to us at' }).fill('90, 50');
  await press('Save');
  await page.getByText('The budget is set').waitFor();
  await page.getByRole('meter', { name: 'Budget used' }).waitFor();
  expect(await customer.api.get<Budget>('/v1/budget')).toMatchObject({ amount: '500', warnAt: [50, 90] });

  await press('Edit');
  await customer.api.put('/v1/budget', { amount: '400' });
  await amount.fill('0.01');
  await dialog.getByRole('combobox', { name: 'When it is used up' }).selectOption('pause_servers');
  await press('Save');
  await dialog.getByRole('alert').getByText('Somebody has just changed it to 400').waitFor();
  await press('Save');
  await page.getByText('Servers were paused').waitFor();
  await customer.reached(id, 'paused');

  await visitor.go('/servers/new');
  const banner = page.getByRole('region', { name: 'The budget of this month is used up' });
  await banner.waitFor();
  await press('Launch');
  await page.getByRole('alert').getByText('nothing can be launched before it is raised').waitFor();
  await visitor.go(`/servers/${id}`);
  await page.getByText('Paused by the budget').waitFor();
  await page.getByRole('link', { name: 'See the budget' }).click();
  await visitor.sees('Costs');
  await page.getByRole('button', { name: 'Remove the budget' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('There is no budget any more').waitFor();
  expect(await customer.api.get<Budget>('/v1/budget')).toMatchObject({ amount: null, acted: null });
  await customer.succeeded(await customer.act(id, 'resume'));
}, 120_000);

test('a token is shown once, works, and is refused when it is revoked', async () => {
  await at('/account/tokens', 'API tokens');
  await press('Make a token');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('nightly');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  const token = (await dialog.getByLabel('Token', { exact: true }).textContent()) ?? '';
  const program = new Api(world.url, token);
  expect(await program.get('/v1/servers')).toMatchObject({ items: [] });
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('heading', { name: 'nightly' }).waitFor();
  expect(await page.getByText(token).count()).toBe(0);

  await press('Revoke nightly');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('No tokens yet').waitFor();
  await expect(program.get('/v1/servers')).rejects.toMatchObject({ status: 401 });
}, 60_000);

test('somebody is invited, joins, gets another role, changes accounts, and is removed', async () => {
  await at('/account/members', 'Members');
  await press('Invite somebody');
  const dialog = page.getByRole('dialog');
  const guest = await Visitor.open(browser, world.url);
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill(guest.login.email);
  await dialog.getByRole('combobox', { name: 'Role' }).selectOption('viewer');
  await dialog.getByRole('button', { name: 'Make the invitation' }).click();
  const link = (await dialog.getByLabel('Link', { exact: true }).textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('heading', { name: guest.login.email }).waitFor();

  await guest.page.goto(link);
  await guest.sees('You are invited');
  await guest.page.getByLabel('Your name').fill('Charles Babbage');
  await guest.page.getByRole('textbox', { name: 'Password' }).fill(guest.login.password);
  await guest.page.getByRole('button', { name: 'Create account and join' }).click();
  await guest.sees('Servers');
  expect(guest.faults).toEqual([]);

  await page.reload();
  const role = page.getByRole('combobox', { name: 'Role of Charles Babbage' });
  await role.selectOption('owner');
  await page.getByText('Charles Babbage is owner now').waitFor();
  // Two owners: now each may decide about the other.
  await guest.go('/account/members');
  await guest.page
    .getByRole('combobox', { name: /^Role of / })
    .first()
    .waitFor();

  const other = await world.customer();
  const { token } = await customer.api.post<{ token: string }>('/v1/invitations', {
    email: other.login.email,
    role: 'operator',
  });
  const joined = await Visitor.open(browser, world.url);
  await joined.go(`/invitation#${token}`);
  await joined.page.getByRole('button', { name: 'Log in instead' }).click();
  await joined.fillLogin(other.login);
  await joined.page.getByRole('button', { name: 'Log in' }).click();
  await joined.page.getByRole('button', { name: 'Join' }).click();
  await joined.sees('Servers');
  await joined.page.getByRole('button', { name: /your menu/ }).click();
  const switched = joined.page.waitForResponse((answer) => answer.url().endsWith('/v1/sessions/current'));
  await joined.page.getByRole('menuitem', { name: /^Go to / }).click();
  expect((await switched).status()).toBe(200);
  await joined.go('/account/members');
  const own = joined.page.getByRole('combobox', { name: /^Role of / });
  await own.waitFor();
  expect(await own.inputValue()).toBe('owner');
  await joined.leave();

  await page.reload();
  await press('Remove Charles Babbage');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Charles Babbage no longer belongs to the account').waitFor();
  await guest.page.reload();
  await guest.sees('Log in');
  await guest.leave();
}, 120_000);

test('who changes their password stays logged in here, and nowhere else', async () => {
  const elsewhere = new Api(world.url, customer.api.token ?? '');
  await at('/account/security', 'Security');
  await page.getByRole('button', { name: 'Log out node' }).waitFor();
  const change = async (current: string, next: string) => {
    await page.getByRole('textbox', { name: 'Present password' }).fill(current);
    await page.getByRole('textbox', { name: 'New password' }).fill(next);
    await press('Change it');
  };
  await change('not my password', 'a new horse battery');
  await page.getByText('This is not your password').waitFor();
  expect(await elsewhere.get('/v1/me')).toMatchObject({ role: 'owner' });
  await change(customer.login.password, 'a new horse battery');
  await page.getByText('Your password is changed').waitFor();
  await expect(elsewhere.get('/v1/me')).rejects.toMatchObject({ status: 401 });
  await page.getByRole('button', { name: 'Log out node' }).waitFor({ state: 'detached' });
  await expect(new Api(world.url).post('/v1/sessions', customer.login)).rejects.toMatchObject({
    status: 401,
  });

  await press('Log out everywhere');
  await visitor.sees('Log in');
  await visitor.fillLogin({ ...customer.login, password: 'a new horse battery' });
  await page.getByRole('button', { name: 'Log in' }).click();
  await visitor.sees('Security');
}, 60_000);

test('a token is held to what it is for and where it comes from', async () => {
  await at('/account/tokens', 'API tokens');
  await press('Make a token');
  const dialog = page.getByRole('dialog');
  const make = () => dialog.getByRole('button', { name: 'Make it' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('report');
  await dialog.getByRole('checkbox', { name: 'All that you may do' }).click();
  await make();
  await dialog.getByText('Choose at least one').waitFor();
  await dialog.getByRole('checkbox', { name: 'Read' }).click();
  const networks = dialog.getByRole('combobox', { name: 'Networks' });
  await networks.pressSequentially('office,');
  await dialog.getByText('“office”: an IP address or a network').waitFor();
  expect(await visitor.inaccessible()).toEqual([]);
  await make();
  await networks.press('Backspace');
  await networks.pressSequentially('127.0.0.0/8,::1,');
  await make();
  const program = new Api(world.url, (await dialog.getByLabel('Token', { exact: true }).textContent()) ?? '');
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.getByText('Read · from 127.0.0.0/8, ::1').waitFor();
  expect(await program.get('/v1/tokens')).toMatchObject({
    items: [{ name: 'report', scopes: ['read'], networks: ['127.0.0.0/8', '::1'] }],
  });
  await expect(program.post('/v1/tokens', { name: 'more' })).rejects.toMatchObject({ status: 403 });
  await press('API');
  await page.getByText('"scopes"').waitFor();
}, 60_000);

test('who did what is shown with what was asked for, is found again, and comes as a file', async () => {
  await customer.api.post('/v1/tokens', { name: 'nightly import' });
  await customer.api.patch('/v1/me', { name: 'Ada King' });
  await eventually(async () => {
    const { items } = await customer.api.get<{ items: AuditEvent[] }>('/v1/audit-events?outcome=done');
    expect(items.map(({ action }) => action)).toEqual(['updateMe', 'createToken', 'logIn', 'signUp']);
  });
  await at('/account/audit', 'Audit trail');
  const entries = page.getByRole('list', { name: 'Entries' }).getByRole('listitem');
  const made = entries.filter({ hasText: 'Make an API token' });
  await made.getByRole('button', { name: 'Details' }).click();
  await made.getByText('nightly import').waitFor();
  expect(await visitor.inaccessible()).toEqual([]);

  await page.getByRole('combobox', { name: 'What' }).selectOption('updateMe');
  await eventually(async () => expect(await entries.count()).toBe(1));
  await entries.getByRole('heading', { name: 'Change one’s name' }).waitFor();
  await page.getByRole('combobox', { name: 'How it went' }).selectOption('denied');
  await page.getByText('No entry fits').waitFor();

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/^audit-trail-.+\.csv$/);
}, 60_000);

test('staff nudge what is stuck and replay what was put aside', async () => {
  const server = await customer.running();
  const error = { code: 'InternalError', status: 500 };
  await world.aws.faults({ rules: [{ operation: 'TerminateInstances', error, always: true }] });
  const terminate = await customer.terminate(server.id);
  const refused = `${server.id} terminateInstance: `;
  await eventually(() => expect(world.logLines().some((line) => line.includes(refused))).toBe(true));
  // What fails for five minutes is a matter for a person.
  await world.aws.advance(5 * 60 + 1);
  await at('/staff/stuck', 'Stuck', await world.staffLogin());
  await eventually(
    async () => {
      await press('Look again');
      await page.getByRole('heading', { name: server.id }).waitFor({ timeout: 1_000 });
    },
    { within: 20_000 },
  );
  await world.aws.noFaults();
  await press(`Nudge ${server.id}`);
  expect((await customer.ended(terminate.operation.id)).status).toBe('succeeded');

  const letter = await world.put('billing.events', ServerRunning.type, { serverId: 'nonsense' });
  await page.getByRole('link', { name: 'Dead letters' }).click();
  await visitor.sees('Dead letters');
  await eventually(
    async () => {
      await press('Look again');
      await page.getByRole('button', { name: `Replay ${letter}` }).waitFor({ timeout: 1_000 });
    },
    { within: 20_000 },
  );
  await press(`Replay ${letter}`);
  await page.getByText('Put back into billing.events').waitFor();
}, 90_000);

test('staff find an account, change what it may have, suspend it, and read who did what in it', async () => {
  const { account, user } = await customer.api.get<Me>('/v1/me');
  await at('/staff/accounts', 'Accounts', await world.staffLogin());
  await page.getByRole('textbox', { name: 'Search' }).fill(user.email);
  await page.getByText(`Ada <${user.email}>`).waitFor();
  const found = page.getByRole('link', { name: account.name });
  await eventually(async () => expect(await found.count()).toBe(1));
  await found.click();
  await page.getByText(account.id).waitFor();

  await press('Change limits');
  await page.getByRole('textbox', { name: 'Servers' }).fill('7');
  await page.getByRole('dialog').getByRole('button', { name: 'Change limits' }).click();
  await page.getByText('0 of 7 in use').waitFor();
  expect((await customer.api.get<Me>('/v1/me')).limits).toMatchObject({ servers: 7, vcpu: 160 });

  await press('Suspend the account');
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('Suspended: it may read, pay and terminate').waitFor();
  await press('Show the audit trail');
  const entries = page.getByRole('list', { name: 'Audit trail' });
  await entries.getByText('Suspend the account').waitFor();
  await entries.getByText('Change what the account may have').waitFor();
  await eventually(async () =>
    expect(
      (await customer.api.get<{ items: AuditEvent[] }>('/v1/audit-events')).items.map(({ action }) => action),
    ).toContain('listAccountAuditEvents'),
  );
}, 60_000);

test('staff give an account credit, whose people see it, and take it back', async () => {
  const { account } = await customer.api.get<Me>('/v1/me');
  await at('/staff/accounts', 'Accounts', await world.staffLogin());
  await visitor.go(`/staff/accounts/${account.id}`);
  await page.getByText('It was never given any').waitFor();
  await press('Give credit');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Amount/ }).fill('12,50');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('For the outage of Sunday');
  await dialog.getByRole('button', { name: 'Give it' }).click();
  await dialog.getByText('must be an amount such as 25 or 12.50').waitFor();
  await dialog.getByRole('textbox', { name: /Amount/ }).fill('12.50');
  await dialog.getByRole('button', { name: 'Give it' }).click();
  await page.getByText('The credit is given').waitFor();
  await page.getByText('$12.50 left').waitFor();
  const credits = await customer.api.get<Credits>('/v1/credits');
  expect(credits).toMatchObject({ available: '12.5', items: [{ reason: 'For the outage of Sunday' }] });

  const member = await Visitor.open(browser, world.url);
  await member.go('/costs');
  await member.fillLogin(customer.login);
  await member.page.getByRole('button', { name: 'Log in' }).click();
  await member.sees('Costs');
  await member.page.getByText('$12.50 left').waitFor();
  await member.page.getByText('For the outage of Sunday').waitFor();
  await member.leave();
  expect(member.faults).toEqual([]);

  await press('Take $12.50 back');
  await dialog.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('taken back', { exact: true }).waitFor();
  expect(await customer.api.get<Credits>('/v1/credits')).toMatchObject({ available: '0' });
  await eventually(async () => {
    const trail = await customer.api.get<{ items: AuditEvent[] }>('/v1/audit-events');
    expect(trail.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['grantCredit', 'withdrawCredit']),
    );
  });
}, 60_000);

test('staff compare a month with AWS, and see what costs without being billed first', async () => {
  const server = await customer.running({ name: 'Leaking' });
  const { account } = await customer.api.get<Me>('/v1/me');
  const now = await world.aws.now();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
  await world.aws.putReport('cur/deeds.csv', costReport(month, server.id, account.id));
  await at('/staff/reconciliation', 'Reconciliation', await world.staffLogin());
  await press('Compare a month');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Month' }).fill(month);
  await dialog.getByRole('textbox', { name: 'Report' }).fill('cur/nothing.csv');
  await dialog.getByRole('button', { name: 'Compare' }).click();
  await page.getByText('There is no cur/nothing.csv').waitFor();

  await press('Compare a month');
  await dialog.getByRole('textbox', { name: 'Month' }).fill(month);
  await dialog.getByRole('textbox', { name: 'Report' }).fill('cur/deeds.csv');
  await dialog.getByRole('button', { name: 'Compare' }).click();
  await page.getByText('Costs without being billed: 1').waitFor();
  await page.getByRole('list', { name: 'Comparisons' }).getByRole('link').first().click();
  const table = page.getByRole('region', { name: 'Cost and billing of each server' });
  await table.getByText('Costs without being billed').waitFor();
  await table.getByRole('link', { name: server.id }).click();
  await page.getByText(account.id).waitFor();
}, 60_000);

test('staff replay usage onto a queue, and are told when there is none', async () => {
  await customer.terminate((await customer.running({ name: 'Used' })).id);
  await at('/staff/usage', 'Usage feed', await world.staffLogin());
  await press('Replay onto a queue');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Queue' }).fill('billing.events');
  await dialog.getByLabel(/Written from/).fill('2020-01-01T00:00');
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByRole('textbox', { name: 'Queue' }).fill('nobody.listens');
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  const replays = page.getByRole('list', { name: 'Replays' });
  await replays.getByText('nobody.listens', { exact: true }).waitFor();
  // Records of the last minutes show when nothing can be written before them any more.
  await world.aws.advance(300);
  await replays.getByText('No queue is bound to the exchange billing.replays').waitFor({ timeout: 30_000 });
}, 60_000);
