import { Api } from '@berth/local';
import { EventClient, eventually } from '@berth/testing';
import { TOTP } from 'otpauth';
import { WEB_SERVER } from '../customer.ts';
import type { World } from '../world.ts';
import type { PostOffice } from './post-office.ts';
import type { Recorder } from './recorder.ts';
import type { Secrets } from './sightings.ts';

export interface Stage {
  world: World;
  post: PostOffice;
  secrets: Secrets;
  api: Recorder;
}

const random = () => crypto.randomUUID().replaceAll('-', '');
/** Letters that are written otherwise in JSON, in URLs and in base64, around what is like nothing else. */
const newPassword = () => `pass "wörd" & ${random()} /+`;
const newEmail = () => `${random()}@example.com`;

export interface Person {
  email: string;
  password: string;
  session: string;
}

/** Somebody who signs up, has their address verified, and logs in. */
export async function signedUp({ secrets, post, api }: Stage): Promise<Person> {
  const [email, password] = [newEmail(), secrets.add('password', newPassword())];
  await api.done('POST', '/v1/signup', { body: { email, password, name: 'Ada', accountName: 'Engines' } });
  const secret = secrets.add('mailed link', await post.secretFor(email, '/verify'));
  // It is good a moment after the mail went out.
  await eventually(() => api.done('POST', '/v1/email-verifications/confirm', { body: { secret } }));
  return { email, password, session: await loggedIn({ secrets, api }, { email, password }) };
}

export async function loggedIn(
  { secrets, api }: Pick<Stage, 'secrets' | 'api'>,
  { email, password, code }: { email: string; password: string; code?: string },
): Promise<string> {
  const { accessToken } = await api.done('POST', '/v1/sessions', { body: { email, password, code } });
  return secrets.add('session', String(accessToken));
}

/** Another password, twice: by the present one, and by a link in a mail. */
export async function changesPasswords({ secrets, post, api }: Stage, person: Person): Promise<void> {
  const changed = secrets.add('password', newPassword());
  const body = { currentPassword: person.password, newPassword: changed };
  await api.done('POST', '/v1/me/password', { as: person.session, body });
  await api.done('POST', '/v1/password-resets', { body: { email: person.email } });
  const secret = secrets.add('mailed link', await post.secretFor(person.email, '/reset'));
  person.password = secrets.add('password', newPassword());
  await eventually(() =>
    api.done('POST', '/v1/password-resets/confirm', { body: { secret, password: person.password } }),
  );
  person.session = await loggedIn({ secrets, api }, person);
  const email = newEmail();
  const asked = { email, password: person.password };
  await api.done('POST', '/v1/email-changes', { as: person.session, body: asked });
  const change = secrets.add('mailed link', await post.secretFor(email, '/email-change'));
  await eventually(() => api.done('POST', '/v1/email-changes/confirm', { body: { secret: change } }));
  person.email = email;
}

/** An authenticator app, log-ins by its code and by a recovery code, and other recovery codes. */
export async function setsUpSecondFactor({ secrets, api, world }: Stage, person: Person): Promise<void> {
  const { password, session: as } = person;
  const { secret } = await api.done('POST', '/v1/me/second-factor/totp', { as, body: { password } });
  secrets.add('app secret', String(secret));
  const now = async () => (await world.aws.now()).getTime();
  const code = async (later = 0) =>
    new TOTP({ secret: String(secret) }).generate({ timestamp: (await now()) + later });
  const setUp = await api.done('POST', '/v1/me/second-factor/totp/confirm', {
    ...{ as, body: { code: await code() } },
  });
  const codes = setUp['recoveryCodes'] as string[];
  const plain = (code: string) => code.replaceAll('-', '');
  secrets.add('recovery code', ...codes, ...codes.map(plain));
  // Each code is good once, and the app's next one already.
  person.session = await loggedIn({ secrets, api }, { ...person, code: await code(30_000) });
  await loggedIn({ secrets, api }, { ...person, code: codes[0] ?? '' });
  const again = { email: person.email, password, code: codes[0] };
  await api.call('POST', '/v1/sessions', { body: again });
  const renewal = { password, code: codes[1] };
  const renewed = await api.done('POST', '/v1/me/second-factor/recovery-codes', {
    ...{ as: person.session, body: renewal },
  });
  const others = renewed['recoveryCodes'] as string[];
  secrets.add('recovery code', ...others, ...others.map(plain));
}

/** An API token, one that is used up, and an invitation that is read and accepted. */
export async function givesAccess(stage: Stage, owner: Person): Promise<string> {
  const { secrets, api, post } = stage;
  const as = owner.session;
  const made = await api.done('POST', '/v1/tokens', { as, body: { name: 'canary' } });
  const token = secrets.add('token', String(made['token']));
  await api.done('GET', '/v1/me', { as: token });
  const held = { name: 'held', scopes: ['read'], networks: ['192.0.2.0/24'] };
  const elsewhere = await api.done('POST', '/v1/tokens', { as, body: held });
  await api.call('GET', '/v1/me', { as: secrets.add('token', String(elsewhere['token'])) });
  const [email, password] = [newEmail(), secrets.add('password', newPassword())];
  const invited = await api.done('POST', '/v1/invitations', { as, body: { email, role: 'admin' } });
  secrets.add('invitation', String(invited['token']));
  const invitation = secrets.add('invitation', await post.secretFor(email, '/invitation'));
  await eventually(() => api.done('POST', '/v1/invitations/read', { body: { invitation } }));
  await api.done('POST', '/v1/signup', { body: { email, password, name: 'Grace', invitation } });
  await loggedIn(stage, { email, password });
  return token;
}

/** A server, refused by AWS at first and running in the end, with somebody watching; returns its id. */
export async function launches({ api, world, secrets }: Stage, token: string): Promise<string> {
  const stream = await EventClient.open(`${world.url}/v1/events`, { authorization: `Bearer ${token}` });
  const rules = [
    { operation: 'RunInstances', error: { code: 'InternalError', status: 500 }, times: 2 },
    { operation: 'ChangeResourceRecordSets', error: { code: 'Throttling', status: 400 }, times: 1 },
  ];
  await world.aws.faults({ rules });
  const { server, operation } = (await api.done('POST', '/v1/servers', {
    ...{ as: token, body: WEB_SERVER },
  })) as { server: { id: string }; operation: { id: string } };
  await eventually(
    async () => {
      const { status } = await api.done('GET', `/v1/operations/${operation.id}`, { as: token });
      if (status !== 'succeeded') throw new Error(`The launch is ${String(status)}`);
    },
    { within: 60_000 },
  );
  const [instance] = await world.aws.instances(server.id);
  secrets.add('agent secret', agentSecretIn(await world.aws.userData(instance?.InstanceId ?? '')));
  await api.done('PATCH', `/v1/servers/${server.id}`, { as: token, body: { name: 'Renamed' } });
  await eventually(() => stream.events.length > 1);
  for (const { event, data } of stream.events) api.keep(data, `stream ${event} `);
  await stream.cut();
  return server.id;
}

/** What the boot writes into the agent's settings. */
function agentSecretIn(userData: string): string {
  const secret = /\\?"secret\\?":\s*\\?"([A-Za-z0-9+/=]{40,})\\?"/.exec(userData)?.[1];
  if (!secret) throw new Error('There is no secret in the user data');
  return secret;
}

/** All that a staff member and an owner may read of it, and the trail as files. */
export async function looksAround({ api, secrets, world }: Stage, owner: Person): Promise<void> {
  const login = await world.staffLogin();
  const staff = await loggedIn({ api, secrets }, login);
  const { account } = (await api.done('GET', '/v1/me', { as: owner.session })) as { account: { id: string } };
  for (const path of ['stuck', 'dead-letters', 'fleet', 'accounts', `audit-events?account=${account.id}`])
    await api.done('GET', `/v1/admin/${path}`, { as: staff });
  for (const path of ['tokens', 'sessions', 'members', 'invitations', 'audit-events?limit=200', 'servers'])
    await api.done('GET', `/v1/${path}`, { as: owner.session });
  for (const format of ['json', 'csv'])
    await api.call('GET', `/v1/audit-events/export?format=${format}`, { as: owner.session });
}

/** Everything as it should not be sent. */
export async function mistakes({ api, secrets }: Stage, person: Person, token: string): Promise<void> {
  const { email, password, session } = person;
  const wrong = secrets.add('password', newPassword());
  const logIn = (body: unknown) => api.call('POST', '/v1/sessions', { body });
  await logIn({ email, password: wrong });
  await logIn({ email: newEmail(), password });
  await logIn({ email, password, remember: true });
  await logIn({ email, password: { $ne: password } });
  await logIn({ email, password: [password] });
  await logIn({ [password]: email });
  await logIn({ email: password, password: email });
  await logIn(`{"email":"${email}","password":${JSON.stringify(password)}`);
  await logIn(`${JSON.stringify(password)} and more`);
  await logIn(`password ${password}`);
  const form = new URLSearchParams({ email, password }).toString();
  await api.call('POST', '/v1/sessions', {
    ...{ body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  });
  await api.call('POST', '/v1/signup', { body: { email, password, name: 'A', accountName: 7 } });
  await api.call('POST', '/v1/tokens', { as: session, body: { name: 'x', expiresAt: token } });
  await api.call('POST', '/v1/servers', { as: token, body: { ...WEB_SERVER, password, product: 'none' } });
  await api.call('POST', '/v1/me/password', { as: token, body: { currentPassword: password } });
  const query = `password=${encodeURIComponent(password)}&access_token=${token}`;
  await api.call('GET', `/v1/me?${query}`, { as: session });
  await api.call('GET', `/v1/servers?q=&${query}`, { as: session });
  await api.call('GET', `/nowhere?${query}`);
  await api.call('GET', `/v1/tokens/${token}`, { as: session }, '/v1/tokens/a token');
  await api.call('DELETE', `/v1/tokens/${token}`, { as: session }, '/v1/tokens/a token');
  await api.call('GET', `/v1/operations/${token}`, { as: session }, '/v1/operations/a token');
  await api.call('GET', `/v1/nowhere/${token}`, {}, '/v1/nowhere/a token');
  await api.call('GET', `/nowhere/${encodeURIComponent(password)}`, {}, '/nowhere/a password');
  const basic = `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}`;
  const given: Record<string, string>[] = [
    { authorization: basic },
    { authorization: `Bearer ${token}x` },
    { authorization: token },
    { cookie: `session=${token}; berth_session=${token}x` },
    { 'x-api-key': token, 'x-password': encodeURIComponent(password) },
    { 'x-request-id': token },
    { referer: `https://example.com/?${query}`, origin: `https://example.com` },
  ];
  for (const headers of given) await api.call('GET', '/v1/me', { headers });
  await api.call('POST', '/v1/password-resets/confirm', { body: { secret: token, password } });
  await api.call('POST', '/v1/invitations/read', { body: { invitation: token } });
}

/** Parts of the system that fail while they have secrets in hand, a mail that ends among the dead letters among them. */
export async function failures({ world, post, api, secrets }: Stage, person: Person): Promise<void> {
  const { user } = (await api.done('GET', '/v1/me', { as: person.session })) as { user: { id: string } };
  post.isRefusing = true;
  const body = { kind: 'reset_password', userId: user.id };
  // The next failure is the last.
  await world.put('accounts.commands', 'berth.accounts.send-mail.v1', body, { 'berth-attempt': 10 });
  await world.put('state-tracking.commands', 'berth.state-tracking.watch-server.v1', {
    serverId: 'srv_none',
  });
  const expected = { accounts: 1, 'state-tracking': 1 };
  await eventually(
    async () => {
      const letters = await world.deadLetters();
      if (JSON.stringify(letters) !== JSON.stringify(expected)) throw new Error(JSON.stringify(letters));
    },
    { within: 30_000 },
  );
  post.isRefusing = false;
  world.signal('mongo', 'SIGSTOP');
  try {
    const stranger = { email: newEmail(), password: secrets.add('password', newPassword()) };
    const orders = { name: 'Ada', accountName: 'Engines', ...stranger };
    await Promise.all([
      api.call('POST', '/v1/signup', { body: orders }),
      api.call('POST', '/v1/sessions', { body: stranger }),
    ]);
  } finally {
    world.signal('mongo', 'SIGCONT');
  }
  await eventually(() => new Api(world.url).as(person.session).get('/v1/me'), { within: 30_000 });
}

/** Log-ins by what is over: the session that is ended, the token that is revoked. */
export async function ends({ api }: Stage, { session }: Person, token: string): Promise<void> {
  const { items } = (await api.done('GET', '/v1/tokens', { as: session })) as { items: { id: string }[] };
  for (const { id } of items) await api.done('DELETE', `/v1/tokens/${id}`, { as: session });
  await api.call('GET', '/v1/me', { as: token });
  await api.done('DELETE', '/v1/sessions/current', { as: session });
  await api.call('GET', '/v1/me', { as: session });
}
