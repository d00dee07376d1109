import type { KeptMail, Me } from '@berth/contracts';
import { Api, startBrowser } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { World } from '../world.ts';
import { Visitor } from './visitor.ts';

/** What people do with the mails they get, in a world that wants addresses verified. */
let world: World;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  [world, browser] = await Promise.all([World.start({ env: { BERTH_VERIFY_EMAIL: 'on' } }), startBrowser()]);
}, 180_000);
beforeEach(async () => {
  visitor = await Visitor.open(browser, world.url);
});
afterEach(async () => {
  await visitor.leave();
  expect(visitor.faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 60_000);

/** The mail of a subject that was written to an address last. */
const mailed = (to: string, subject: string) =>
  eventually(async () => {
    const answer = await fetch(`${world.url}/dev/mail.json`);
    const { items } = (await answer.json()) as { items: KeptMail[] };
    const mail = items.find((each) => each.to === to && each.subject === subject);
    if (!mail) throw new Error(`Nothing about "${subject}" to ${to}`);
    return mail;
  });

/** Opens the mailbox, the mail and its link, as somebody does who works on one machine. */
async function follow(to: string, subject: string): Promise<void> {
  const { id, link } = await mailed(to, subject);
  await visitor.go('/dev/mail');
  await visitor.page.locator(`a[href="/dev/mail/${id}"]`).click();
  await visitor.page.getByRole('heading', { level: 1, name: subject }).waitFor();
  await visitor.page.getByRole('link', { name: link ?? 'none' }).click();
}

const press = (name: string) => visitor.page.getByRole('button', { name, exact: true }).first().click();
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

test('who signs up looks around, launches when their address is verified, and not before', async () => {
  const { page, login } = visitor;
  await visitor.signUp();
  const banner = page.getByRole('region', { name: 'Your address is not verified' });
  await banner.getByText(login.email).waitFor();
  expect(await visitor.inaccessible()).toEqual([]);
  await page.getByRole('link', { name: 'Launch a server' }).first().click();
  await page.getByRole('textbox', { name: /^Name/ }).fill('Too early');
  await press('Launch');
  await page.getByText('follow the link that was sent to it, then launch').waitFor();

  await follow(login.email, 'Verify your e-mail address');
  await visitor.sees('Verify your address');
  expect(await visitor.inaccessible()).toEqual([]);
  await press('Verify the address');
  await page.getByText(`${login.email} is verified.`).waitFor();
  await press('Go on');
  await visitor.sees('Servers');
  expect(await banner.count()).toBe(0);

  const { api } = await world.logIn(login);
  expect(await api.get<Me>('/v1/me')).toMatchObject({ user: { emailVerified: true } });
  await page.getByRole('link', { name: 'Launch a server' }).first().click();
  await page.getByRole('textbox', { name: /^Name/ }).fill('In time');
  await press('Launch');
  await page.getByRole('heading', { level: 1, name: 'In time' }).waitFor();

  await follow(login.email, 'Verify your e-mail address');
  await press('Verify the address');
  await page.getByRole('alert').getByText('This link is no longer good').waitFor();
}, 90_000);

test('the link is sent again when it is asked for, and a few times', async () => {
  const { page, login } = visitor;
  await visitor.signUp();
  const first = await mailed(login.email, 'Verify your e-mail address');
  await press('Send it again');
  await page.getByText(`Another link is on its way to ${login.email}`).waitFor();
  await eventually(async () =>
    expect((await mailed(login.email, 'Verify your e-mail address')).id).not.toBe(first.id),
  );
  for (let times = 0; times < 3; times++) {
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/v1/email-verifications'));
    await press('Send it again');
    expect((await answered).status()).toBe(times < 2 ? 202 : 429);
  }
}, 60_000);

test('who has forgotten their password chooses another, by which they are out everywhere', async () => {
  const customer = await world.customer();
  const { email } = customer.login;
  const { page } = visitor;
  await visitor.go('/login');
  await page.getByRole('link', { name: 'Forgotten your password?' }).click();
  await visitor.sees('Forgotten password');
  await page.getByLabel('E-mail').fill('nobody@example.com');
  await press('Send me a link');
  await page.getByText('If somebody here has the address nobody@example.com').waitFor();
  await visitor.go('/forgotten');
  await page.getByLabel('E-mail').fill(email);
  await press('Send me a link');
  await page.getByText(`If somebody here has the address ${email}`).waitFor();

  await follow(email, 'Choose a new password');
  await visitor.sees('Choose a new password');
  await page.getByRole('textbox', { name: 'New password' }).fill('a new horse battery');
  await press('Set the password');
  await page.getByText('logged out everywhere').waitFor();
  expect(await codeOf(customer.api.get('/v1/me'))).toBe('unauthenticated');
  await press('Log in');
  await visitor.fillLogin({ email, password: 'a new horse battery' });
  await page.getByRole('button', { name: 'Log in' }).click();
  await visitor.sees('Servers');
  await mailed(email, 'Your password was changed');

  await follow(email, 'Choose a new password');
  await page.getByRole('textbox', { name: 'New password' }).fill('another horse battery');
  await press('Set the password');
  await page.getByRole('alert').getByText('This link is no longer good').waitFor();
  await page.getByRole('link', { name: 'Have another sent' }).waitFor();
}, 90_000);

test('who changes their address logs in with the new one once they have followed its link', async () => {
  const { login } = await world.customer();
  const email = visitor.login.email;
  const { page } = visitor;
  await visitor.logIn(login);
  await visitor.sees('Servers');
  await visitor.go('/account/security');
  await visitor.sees('Security');
  await page.getByRole('textbox', { name: 'New e-mail address' }).fill(email);
  await page.getByRole('textbox', { name: 'Your password' }).fill('not my password');
  await press('Send the link');
  await page.getByText('This is not your password').waitFor();
  await page.getByRole('textbox', { name: 'Your password' }).fill(login.password);
  await press('Send the link');
  await page.getByText(`Follow the link that was sent to ${email}`).waitFor();
  await mailed(login.email, 'Your e-mail address is about to change');

  await follow(email, 'Confirm your new e-mail address');
  await visitor.sees('Use a new address');
  await press('Use this address');
  await page.getByText(`You log in as ${email} from now on.`).waitFor();
  const logIn = (address: string) => new Api(world.url).post('/v1/sessions', { ...login, email: address });
  expect(await codeOf(logIn(login.email))).toBe('wrong_credentials');
  expect(await codeOf(logIn(email))).toBe('done');
}, 60_000);
