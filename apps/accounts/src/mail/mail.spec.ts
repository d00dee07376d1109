import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ChangePassword,
  ConfirmEmail,
  CreateInvitation,
  ListKeptMails,
  RequestEmailChange,
  ResendVerification,
  SendMail,
  SignUp,
  UpdateMe,
  type DataOf,
} from '@berth/contracts';
import type { INestMicroservice } from '@nestjs/common';
import {
  broker,
  database,
  eventually,
  serviceAt,
  TestClock,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { AccountsModule } from '../accounts.module.ts';
import { digestOf } from '../credentials/credential.ts';
import { AccountsUnderTest, secretIn, settings, type Person } from '../fixtures/accounts-under-test.ts';
import { MailServer, type Received } from '../fixtures/mail-server.ts';
import { Smtp } from './smtp.ts';

/** Ahead of the database's own time, by which it removes what is long over. */
const clock = new TestClock('2099-11-22T10:00:00.000Z');
const FROM = 'Berth <no-reply@cloud.example.com>';
const LINK = /https:\/\/cloud\.example\.com\/\S+#br[a-z]_[0-9A-Za-z]{49}/;
let rabbit: TestBroker;
let mongo: TestDatabase;
let server: MailServer;
let commands: Tap;
let app: INestMicroservice;
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo, server] = await Promise.all([broker(), database(), MailServer.start()]);
  commands = await rabbit.bindTap('berth.commands');
  const config = settings(rabbit, mongo, {
    BERTH_SMTP_URL: server.url,
    BERTH_MAIL_FROM: FROM,
    BERTH_PUBLIC_URL: 'https://cloud.example.com',
  });
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  accounts = new AccountsUnderTest(app, await rabbit.bindTap('berth.events'));
});
afterEach(() => {
  server.refusals.length = 0;
});
afterAll(async () => {
  await app?.close();
  await server?.down();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** The one mail that has come for somebody, or the last of so many. */
const mailTo = (email: string, many = 1) =>
  eventually(() => {
    const found = server.to(email);
    expect(found).toHaveLength(many);
    return found[many - 1]!;
  });
const secretOf = async (email: string) => goodSecretIn(await mailTo(email));
/** The secret of the link in a mail, once it is good: the mail goes out before what its link stands for is committed. */
async function goodSecretIn({ email }: Received): Promise<string> {
  const secret = secretIn(LINK.exec(email.text ?? '')?.[0]);
  const links = mongo.connection.collection('mailed_links');
  await eventually(async () => expect(await links.countDocuments({ digest: digestOf(secret) })).toBe(1));
  return secret;
}
async function verified(name?: string, accountName = 'Engines'): Promise<Person> {
  const [email, password] = [`${randomUUID()}@example.com`, 'correct horse battery'];
  const me = await accounts.bus.ask(SignUp, { email, password, name: name ?? 'Ada', accountName });
  await accounts.bus.ask(ConfirmEmail, { secret: await secretOf(email) });
  return { email, password, me, accountId: me.account.id, userId: me.user.id };
}
/** The ids of the orders to write to a user. */
const ordersFor = (id: string) =>
  commands.messages
    .filter(({ type, data }) => type === SendMail.type && (data as DataOf<typeof SendMail>).userId === id)
    .map(({ properties }) => String(properties.messageId));
const isDone = async (messageId: string) =>
  (await mongo.connection
    .collection<{ _id: string }>('inbox')
    .findOne({ _id: `accounts.commands/${messageId}` })) !== null;

describe('a mail', () => {
  test('goes over the wire to its one address, as text and as plain HTML with the same link', async () => {
    const { email } = await accounts.person();
    const { envelope, email: seen } = await mailTo(email);
    expect(envelope).toEqual({ from: 'no-reply@cloud.example.com', to: [email] });
    expect(seen).toMatchObject({
      from: { address: 'no-reply@cloud.example.com', name: 'Berth' },
      to: [{ address: email }],
      subject: 'Verify your e-mail address',
    });
    expect(seen.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
    const [link = 'none'] = LINK.exec(seen.text ?? '') ?? [];
    expect(link).toContain('https://cloud.example.com/verify#brv_');
    expect(seen.html).toContain(`<a href="${link}">Verify the address</a>`);
    expect(seen.html).not.toMatch(/<(img|script|style|link|iframe)|\sstyle=|url\(/i);
    expect(seen.attachments).toEqual([]);
  });

  test('is ordered by ids alone: no address, no text and no secret is on the bus', async () => {
    const { email, userId } = await accounts.person();
    const secret = await secretOf(email);
    const [order] = commands.messages.filter(({ data }) => (data as { userId?: string }).userId === userId);
    expect(order?.data).toEqual({ kind: 'verify_email', userId });
    expect(JSON.stringify(commands.messages)).not.toContain(secret.slice(4));
    expect(JSON.stringify(commands.messages)).not.toContain(email);
  });

  test('leaves no secret in the database', async () => {
    const secret = await secretOf((await accounts.person()).email);
    for (const { name } of await mongo.connection.listCollections()) {
      const stored = await mongo.connection.collection(name).find().toArray();
      expect([name, JSON.stringify(stored).includes(secret.slice(4))]).toEqual([name, false]);
    }
  });

  test('is kept nowhere, and nobody is shown any, where there is a server', async () => {
    await mailTo((await accounts.person()).email);
    await expect(accounts.bus.ask(ListKeptMails, {})).rejects.toMatchObject({ code: 'not_found' });
    expect(await mongo.connection.collection('kept_mails').countDocuments()).toBe(0);
  });
});

describe('other people’s words', () => {
  test.each([
    ['a line end', 'Ada\r\nBcc: victim@example.com\r\n\r\n<h1>x'],
    ['a line end alone', 'Ada\nBcc: victim@example.com'],
    ['a line separator', 'Ada\u2028Bcc: victim@example.com'],
    ['an encoded word', '=?utf-8?Q?Ada=0D=0ABcc:_victim@example.com?='],
  ])('make no header of %s', async (_, words) => {
    const owner = await verified(words, words);
    const email = `${randomUUID()}@example.com`;
    const { accountId, userId } = owner;
    await accounts.bus.ask(CreateInvitation, { accountId, userId, email, role: 'viewer' });
    const { envelope, email: seen, raw } = await mailTo(email);
    expect(envelope.to).toEqual([email]);
    expect(seen.bcc).toBeUndefined();
    expect(seen.headers.map(({ key }) => key).sort()).toEqual([
      ...['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'],
    ]);
    expect(raw.split('\r\n\r\n', 1)[0]).not.toMatch(/^bcc:/im);
    expect(seen.subject).toMatch(/^Invitation to “.+” on Berth$/);
    expect(server.to('victim@example.com')).toEqual([]);
  });

  test('make no markup and no link of theirs', async () => {
    const owner = await verified('<img src=x onerror=alert(1)>', 'Click https://evil.example now & "win"');
    const email = `${randomUUID()}@example.com`;
    const { accountId, userId } = owner;
    await accounts.bus.ask(CreateInvitation, { accountId, userId, email, role: 'viewer' });
    const { html = '', text = '', subject = '' } = (await mailTo(email)).email;
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    for (const part of [html, text, subject]) expect(part).not.toMatch(/https?:\/\/evil|evil\.example/);
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
      expect.stringMatching(/^https:\/\/cloud\.example\.com\/invitation#bri_/),
    ]);
  });

  test('stand in no mail to an address that anybody can name', async () => {
    const email = `${randomUUID()}@example.com`;
    const me = await accounts.bus.ask(SignUp, {
      ...{ email, password: 'correct horse battery', name: 'Buy gold', accountName: 'Cheap gold' },
    });
    expect((await mailTo(email)).raw).not.toMatch(/gold/i);
    await accounts.bus.ask(UpdateMe, { userId: me.user.id, name: 'More gold' });
    await accounts.bus.ask(ResendVerification, { userId: me.user.id });
    expect((await mailTo(email, 2)).raw).not.toMatch(/gold/i);
  });
});

describe('while the mail server', () => {
  test('is down, nothing is lost: what was to be written is written when it is back, with a link that is good', async () => {
    await server.down();
    const { email } = await accounts.person();
    await eventually(async () =>
      expect((await rabbit.queue('accounts.retry-1s'))?.messages ?? 0).toBeGreaterThan(0),
    );
    await server.up();
    const secret = await secretOf(email);
    expect(await accounts.bus.ask(ConfirmEmail, { secret })).toEqual({ email });
  });

  test('is down, a change of address that is given up meanwhile does not come back with it', async () => {
    const person = await verified();
    const { userId, password: currentPassword } = person;
    const { id: sessionId } = await accounts.logIn(person);
    const email = `${randomUUID()}@example.com`;
    await server.down();
    await accounts.bus.ask(RequestEmailChange, { userId, sessionId, email, password: currentPassword });
    await eventually(async () =>
      expect((await rabbit.queue('accounts.retry-1s'))?.messages ?? 0).toBeGreaterThan(0),
    );
    const newPassword = 'a stapler battery horse';
    await accounts.bus.ask(ChangePassword, { userId, sessionId, currentPassword, newPassword });
    await server.up();
    await eventually(() => expect(ordersFor(userId)).toHaveLength(4));
    for (const order of ordersFor(userId)) await eventually(() => isDone(order), { within: 20_000 });
    expect(server.to(email)).toEqual([]);
  });

  test('does not want it now, it is asked again', async () => {
    server.refusals.push('451 try again later');
    const { email, userId } = await accounts.person();
    await mailTo(email);
    expect(server.named.filter((named) => named === email)).toHaveLength(2);
    const [order = ''] = ordersFor(userId);
    await eventually(() => isDone(order));
  });

  test('knows no such address, it is asked once', async () => {
    server.refusals.push('550 no such user');
    const { email, userId } = await accounts.person();
    await eventually(() => expect(ordersFor(userId)).toHaveLength(1));
    const [order = ''] = ordersFor(userId);
    await eventually(() => isDone(order));
    expect(server.named.filter((named) => named === email)).toHaveLength(1);
    expect(server.to(email)).toEqual([]);
  });

  test('offers no encryption, nothing is sent to another machine in the clear', async () => {
    // Any address of 127.0.0.0/8 but the usual one counts as another machine's.
    const elsewhere = await MailServer.start('127.0.0.2');
    const mail = { to: 'ada@example.com', subject: 'x', text: 'x', html: 'x', link: null };
    try {
      await expect(new Smtp({ url: new URL(elsewhere.url), from: FROM }).deliver(mail)).rejects.toThrow(
        /TLS/,
      );
      expect(elsewhere.named).toEqual([]);
      const toldSo = new URL(`${elsewhere.url}?ignoreTLS=true`);
      expect(await new Smtp({ url: toldSo, from: FROM }).deliver(mail)).toBe(true);
    } finally {
      await elsewhere.down();
    }
  });
});

test('while the bus is away somebody is not forgotten: they are written to when it is back', async () => {
  const { userId, email } = await accounts.person();
  await mailTo(email);
  rabbit.killConnections();
  await eventually(() => accounts.bus.ask(ResendVerification, { userId }));
  // The first answer may have been lost, and its mail not: the last one's link is good.
  const last = await eventually(async () => {
    expect(await mongo.connection.collection('outbox').countDocuments()).toBe(0);
    for (const order of ordersFor(userId)) expect(await isDone(order)).toBe(true);
    expect(server.to(email).length).toBeGreaterThan(1);
    return server.to(email).at(-1)!;
  });
  await accounts.bus.ask(ConfirmEmail, { secret: await goodSecretIn(last) });
});
