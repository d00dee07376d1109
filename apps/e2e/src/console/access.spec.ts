import { startBrowser } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { World } from '../world.ts';
import { Visitor } from './visitor.ts';

let world: World;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  [world, browser] = await Promise.all([World.start(), startBrowser()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 60_000);

beforeEach(async () => {
  visitor = await Visitor.open(browser, world.url);
});
afterEach(async () => {
  await visitor.leave();
  expect(visitor.faults).toEqual([]);
});

const path = () => new URL(visitor.page.url()).pathname;

test('somebody signs up, looks around, logs out, and comes back to where they wanted to go', async () => {
  await visitor.signUp();
  await visitor.page.getByRole('link', { name: 'Costs' }).click();
  await visitor.sees('Costs');
  await visitor.page.getByRole('button', { name: /your menu/ }).click();
  await visitor.page.getByRole('menuitem', { name: 'Log out' }).click();
  await visitor.sees('Log in');

  await visitor.go('/account/tokens');
  await visitor.sees('Log in');
  await visitor.fillLogin();
  await visitor.page.keyboard.press('Enter');
  await visitor.sees('API tokens');
  expect(path()).toBe('/account/tokens');
}, 60_000);

test('a wrong password, an address that is taken, and a short password are said where they are', async () => {
  const { login } = await world.customer();
  await visitor.logIn({ ...login, password: 'wrong horse battery' });
  await visitor.page.getByRole('alert').getByText('The e-mail address or the password is wrong').waitFor();

  await visitor.page.getByRole('link', { name: 'Create an account' }).click();
  await visitor.page.getByLabel('Your name').fill('Eve');
  await visitor.page.getByLabel('Company or team').fill('Eve & Co');
  await visitor.fillLogin({ ...login, password: 'short' });
  await visitor.page.getByRole('button', { name: 'Create account' }).click();
  await visitor.page.getByText('At least 10 characters', { exact: true }).waitFor();
  await visitor.fillLogin(login);
  await visitor.page.getByRole('button', { name: 'Create account' }).click();
  await visitor.page.getByText('There is an account with this address already').waitFor();
}, 60_000);

test('a session that ends elsewhere ends on the page, in every tab', async () => {
  await visitor.signUp();
  const other = await visitor.context.newPage();
  await visitor.go('/costs', other);
  await visitor.sees('Costs', other);
  const status = await other.evaluate<number>(
    `fetch('/v1/sessions/current', { method: 'DELETE' }).then(({ status }) => status)`,
  );
  expect(status).toBe(204);
  // Nobody has to touch anything: the stream of events ends with the session.
  await visitor.sees('Log in');
  await visitor.sees('Log in', other);
}, 60_000);

test('who logs in as somebody else sees nothing of the one before, in no tab', async () => {
  const [one, another] = await Promise.all([world.customer(), world.customer()]);
  const server = await one.running({ name: 'Only mine' });
  await visitor.logIn(one.login);
  await visitor.page.getByText(server.name).waitFor();
  const tab = await visitor.context.newPage();
  await visitor.go('/servers', tab);
  await tab.getByText(server.name).waitFor();

  await visitor.page.getByRole('button', { name: /your menu/ }).click();
  await visitor.page.getByRole('menuitem', { name: 'Log out' }).click();
  await visitor.sees('Log in');
  await visitor.fillLogin(another.login);
  await visitor.page.keyboard.press('Enter');
  await visitor.page.getByText('No servers yet').waitFor();
  await eventually(async () => {
    await tab.getByText('No servers yet').waitFor({ timeout: 1_000 });
    expect(await tab.getByText(server.name).count()).toBe(0);
  });
  await visitor.go(`/servers/${server.id}`);
  await visitor.page
    .getByText(/no such/i)
    .first()
    .waitFor();
}, 60_000);

test('staff see theirs, customers theirs', async () => {
  await visitor.logIn(await world.staffLogin());
  await visitor.sees('Fleet');
  await visitor.go('/servers');
  await visitor.sees('Fleet');
}, 60_000);
