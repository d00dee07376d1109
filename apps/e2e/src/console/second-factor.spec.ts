import { readFileSync } from 'node:fs';
import { Api, startBrowser } from '@berth/local';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { World } from '../world.ts';
import { Visitor, type Looks } from './visitor.ts';

/** A second factor through the page, from none to none again. */
let world: World;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [world, browser] = await Promise.all([World.start(), startBrowser()]);
}, 180_000);
afterEach(async () => {
  await visitor.leave();
  expect(visitor.faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 60_000);

interface Login {
  email: string;
  password: string;
}

/** The next code of an app: each is good once, so time goes on first. */
async function codeOf(secret: string): Promise<string> {
  await world.aws.advance(30);
  return new TOTP({ secret }).generate({ timestamp: (await world.aws.now()).getTime() });
}

const dialog = () => page.getByRole('dialog');
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const answer = (name: string) => dialog().getByRole('button', { name, exact: true }).click();
/** Into the field of that label, which the focus has to be on already; then Enter. */
async function typed(label: string, text: string): Promise<void> {
  await page.locator('input:focus').and(page.getByLabel(label)).waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}
/** By everybody; without what shows up where the mouse happens to be. */
async function isUsable(): Promise<void> {
  await page.mouse.move(0, 0);
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
  expect(await visitor.inaccessible()).toEqual([]);
}

/** As a new browser would: by e-mail and password, as far as these lead. */
async function logInAgain(login: Login): Promise<void> {
  await visitor.context.clearCookies();
  await visitor.go('/login');
  await visitor.fillLogin(login);
  await page.keyboard.press('Enter');
  await visitor.sees('Enter your code');
}

/** On the security page, by keyboard alone from the button on. */
async function setUp(password: string): Promise<{ key: string; codes: string[] }> {
  await page.getByRole('button', { name: 'Set up an authenticator app' }).focus();
  await page.keyboard.press('Enter');
  await dialog().getByRole('textbox', { name: 'Your password' }).waitFor();
  await isUsable();
  await typed('Your password', 'not my password');
  await dialog().getByRole('alert').getByText('The password is wrong').waitFor();
  await dialog().getByRole('textbox', { name: 'Your password' }).fill(password);
  await page.keyboard.press('Enter');

  await dialog().getByRole('img', { name: 'QR code of the key' }).waitFor();
  const key = (await dialog().getByRole('textbox', { name: 'Key' }).inputValue()).replaceAll(' ', '');
  await isUsable();
  await typed('Code', await codeOf(key));
  const shown = dialog().getByLabel('Recovery codes', { exact: true });
  const codes = ((await shown.textContent()) ?? '').split('\n');
  expect(codes).toHaveLength(10);
  await isUsable();
  return { key, codes };
}

const LOOKS: [string, Looks, who: () => Promise<Login>, security: string, home: string][] = [
  [
    'a customer, by day',
    { colorScheme: 'light' },
    async () => (await world.customer()).login,
    '/account/security',
    'Servers',
  ],
  [
    'staff, on a phone at night',
    { colorScheme: 'dark', width: 360, height: 740 },
    () => world.staffLogin(),
    '/staff/security',
    'Fleet',
  ],
];

describe.each(LOOKS)('a second factor of %s', (_, looks, who, security, home) => {
  test('is set up, asked for at log-in, renewed and turned off', async () => {
    const login = await who();
    const elsewhere = await world.logIn(login);
    visitor = await Visitor.open(browser, world.url, looks);
    ({ page } = visitor);
    await visitor.logIn(login);
    await visitor.sees(home);
    await visitor.go(security);
    const { key, codes } = await setUp(login.password);

    const downloading = page.waitForEvent('download');
    await dialog().getByRole('link', { name: 'Download' }).click();
    const file = await (await downloading).path();
    expect(readFileSync(file, 'utf8')).toBe(`${codes.join('\n')}\n`);
    await answer('I have it');
    await page.getByText('10 recovery codes left').waitFor();
    await page.locator('h2:focus', { hasText: 'Second factor' }).waitFor();
    await isUsable();
    await expect(elsewhere.api.get('/v1/me')).rejects.toMatchObject({ status: 401 });

    await logInAgain(login);
    await isUsable();
    await typed('Code', '000000');
    await page.getByRole('alert').getByText('The code is wrong').waitFor();
    await page.getByRole('textbox', { name: 'Code' }).fill(await codeOf(key));
    await page.keyboard.press('Enter');
    await visitor.sees(home);

    await logInAgain(login);
    await press('Use a recovery code');
    await isUsable();
    await typed('Recovery code', (codes[0] ?? '').toLowerCase());
    await visitor.sees(home);

    await visitor.go(security);
    await page.getByText('9 recovery codes left').waitFor();
    await press('New recovery codes');
    await isUsable();
    await dialog().getByRole('textbox', { name: 'Your password' }).fill(login.password);
    await dialog()
      .getByRole('textbox', { name: 'Code' })
      .fill(codes[0] ?? '');
    await answer('Make them');
    await dialog().getByRole('alert').getByText('The code is wrong').waitFor();
    await dialog()
      .getByRole('textbox', { name: 'Code' })
      .fill(await codeOf(key));
    await answer('Make them');
    const renewed = dialog().getByLabel('Recovery codes', { exact: true });
    const [first = ''] = ((await renewed.textContent()) ?? '').split('\n');
    expect(codes).not.toContain(first);
    await answer('I have it');
    await page.getByText('10 recovery codes left').waitFor();

    await press('Turn it off');
    await isUsable();
    await dialog().getByRole('textbox', { name: 'Your password' }).fill(login.password);
    await dialog().getByRole('textbox', { name: 'Code' }).fill(first);
    await answer('Turn it off');
    await page.getByText('From now on your password alone lets you in').waitFor();
    await page.getByRole('button', { name: 'Set up an authenticator app' }).waitFor();
    await world.logIn(login);
  }, 120_000);
});

test('a program logs in with a code, and owners see who has a second factor', async () => {
  const { login } = await world.customer();
  visitor = await Visitor.open(browser, world.url);
  ({ page } = visitor);
  await visitor.logIn(login);
  await visitor.sees('Servers');
  await visitor.go('/account/security');
  const { key } = await setUp(login.password);
  await answer('I have it');
  await visitor.go('/account/members');
  await page.getByText('with a second factor').waitFor();
  const api = new Api(world.url);
  await expect(api.post('/v1/sessions', login)).rejects.toMatchObject({
    status: 401,
    code: 'second_factor_required',
  });
  const code = await codeOf(key);
  const { accessToken } = await api.post<{ accessToken: string }>('/v1/sessions', { ...login, code });
  expect(await api.as(accessToken).get('/v1/me')).toMatchObject({ secondFactor: { totp: true } });
}, 120_000);
