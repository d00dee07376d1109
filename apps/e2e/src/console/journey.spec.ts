import type { Server } from '@berth/contracts';
import { startBrowser, visit } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { World } from '../world.ts';
import { Visitor } from './visitor.ts';

let world: World;
let browser: Browser;
const visitors: Visitor[] = [];

beforeAll(async () => {
  [world, browser] = await Promise.all([World.start(), startBrowser()]);
}, 180_000);
afterEach(async () => {
  await Promise.all(visitors.map((visitor) => visitor.leave()));
  expect(visitors.splice(0).flatMap(({ faults }) => faults)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 60_000);

async function visitor(looks = {}): Promise<Visitor> {
  const one = await Visitor.open(browser, world.url, looks);
  visitors.push(one);
  return one;
}

/** Waits until the page says so beside the title, as it does by itself. */
const status = (page: Page, label: string) =>
  page.getByRole('main').getByRole('status').filter({ hasText: label }).first().waitFor({ timeout: 30_000 });

/** From the list to a launching server; its id. */
async function launch({ page }: Visitor, name: string): Promise<string> {
  await page.getByRole('link', { name: 'Launch a server' }).first().click();
  await page.getByRole('textbox', { name: /^Name/ }).fill(name);
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

/** What the API says of it, in the name of the page's session. */
const server = ({ page }: Visitor, id: string) =>
  page.evaluate<Server>(`fetch('/v1/servers/${id}').then((answer) => answer.json())`);

test('sign up, launch, watch it run, open its address, pause, resume, see what it costs, terminate', async () => {
  const ada = await visitor();
  const { page } = ada;
  await ada.signUp();
  const id = await launch(ada, 'Difference engine');
  await page.getByRole('region', { name: 'Launching' }).getByRole('listitem').nth(2).waitFor();
  await status(page, 'Running');
  const { url } = await server(ada, id);
  expect(await page.getByRole('link', { name: 'Open', exact: true }).getAttribute('href')).toBe(url);
  expect(await visit(url)).toBe(200);

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await status(page, 'Paused');
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await status(page, 'Running');

  await page.getByRole('link', { name: 'Costs', exact: true }).click();
  await ada.sees('Costs');
  await page.getByRole('link', { name: 'Difference engine' }).first().click();
  await page.getByRole('button', { name: 'Terminate', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const sure = dialog.getByRole('button', { name: 'Terminate', exact: true });
  expect(await sure.isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill('Difference engine');
  await sure.click();
  await status(page, 'Terminated');
  await page.getByRole('link', { name: 'Servers', exact: true }).click();
  await page.getByText('No servers yet').waitFor();
}, 120_000);

test('from the list to a launching server it is one click on Launch, and none with the keyboard', async () => {
  const ada = await visitor();
  await ada.signUp();
  await ada.page.keyboard.press('c');
  await ada.page.getByRole('button', { name: 'Launch', exact: true }).waitFor();
  await ada.page.keyboard.press('Enter');
  await ada.page.waitForURL(/\/servers\/srv_/);
  await status(ada.page, 'Running');
}, 90_000);

describe('what happens while nobody can tell the page', () => {
  test('is shown when the network is back: a launch that has ended meanwhile', async () => {
    const ada = await visitor();
    await ada.signUp();
    const id = await launch(ada, 'Cut off');
    await ada.context.setOffline(true);
    const { api } = await world.logIn(ada.login);
    await eventually(
      async () => expect(await api.get<Server>(`/v1/servers/${id}`)).toMatchObject({ status: 'running' }),
      {
        within: 30_000,
      },
    );
    await ada.context.setOffline(false);
    await status(ada.page, 'Running');
  }, 90_000);
});

test('two tabs show the same at once, and a second tenant nothing of it', async () => {
  const [ada, eve] = await Promise.all([visitor(), visitor()]);
  await Promise.all([ada.signUp(), eve.signUp()]);
  const other = await ada.context.newPage();
  await ada.go('/servers', other);
  await ada.sees('Servers', other);
  const id = await launch(ada, 'Seen twice');
  await other.getByText('Seen twice').first().waitFor();
  await other.getByText('Running', { exact: true }).first().waitFor({ timeout: 30_000 });

  await eve.go(`/servers/${id}`);
  await eve.sees('No such server');
  await eve.go('/servers');
  await eve.page.getByText('No servers yet').waitFor();
}, 90_000);

test('a launch that fails says why, that it costs nothing, and what to do', async () => {
  const ada = await visitor();
  await ada.signUp();
  await world.aws.faults({
    rules: [
      { operation: 'RunInstances', error: { code: 'InvalidAMIID.NotFound', status: 400 }, always: true },
    ],
  });
  try {
    await launch(ada, 'Not to be');
    await status(ada.page, 'Failed');
    await ada.page
      .getByText(/not billed|costs nothing|nothing is billed/i)
      .first()
      .waitFor();
  } finally {
    await world.aws.noFaults();
  }
}, 60_000);

test('a phone has all of it', async () => {
  const ada = await visitor({ width: 360, height: 740 });
  await ada.signUp();
  await launch(ada, 'Pocket size');
  await status(ada.page, 'Running');
  await ada.page.getByRole('button', { name: 'Menu', exact: true }).click();
  await ada.page.getByRole('link', { name: 'Servers', exact: true }).click();
  await ada.page.getByText('Pocket size').first().waitFor();
}, 90_000);
