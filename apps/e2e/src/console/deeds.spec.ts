import { ServerRunning, type Operation, type Server } from '@berth/contracts';
import { Api, startBrowser } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
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
