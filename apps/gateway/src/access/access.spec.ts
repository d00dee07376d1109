import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  BeginSession,
  EndSessions,
  GetMe,
  GetServer,
  LeaveAccount,
  LogOut,
  PauseServer,
  routes,
  SwitchAccount,
  type Route,
} from '@berth/contracts';
import { broker, type TestBroker } from '@berth/testing';
import { logged, GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import { pathOf } from '../fixtures/paths.ts';
import * as sample from '../fixtures/samples.ts';
import { bodyExamples } from '../openapi/examples.ts';

const { ids } = sample;
const pause = `/v1/servers/${ids.server}/actions/pause`;

let bus: TestBroker;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  bus = await broker();
  gateway = await GatewayUnderTest.start(bus.url);
});
afterAll(async () => {
  await gateway?.stop();
  await bus?.stop();
});
beforeEach(() => {
  gateway.services.forget();
  gateway.services.answer(PauseServer, () => sample.accepted);
  gateway.services.answer(GetServer, () => sample.taggedServer);
  gateway.services.answer(GetMe, () => sample.me);
});

const guarded = Object.entries<Route>(routes).filter(([, { permission }]) => permission !== 'public');

describe.each(guarded)('%s', (_, route) => {
  test('is closed to strangers, whatever else they send', async () => {
    const answers = await Promise.all([
      gateway.call(route.method, pathOf(route)),
      gateway.call(route.method, `${pathOf(route)}?unknown=1`),
      gateway.call(route.method, pathOf(route, 'x')),
      gateway.call(route.method, pathOf(route), { as: 'nobody' }),
      ...(route.method === 'GET' ? [] : [gateway.call(route.method, pathOf(route), { body: '{' })]),
    ]);
    for (const { status, headers, body } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthenticated' });
      expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="berth"/);
    }
    expect(gateway.services.asked).toEqual([]);
  });
});

describe('roles', () => {
  const allowed = async (role: string) => {
    const open: string[] = [];
    for (const [name, route] of guarded) {
      const { status } = await gateway.call(route.method, `${pathOf(route)}?unknown=1`, {
        as: role,
        key: 'k',
      });
      if (status !== 403) open.push(name);
    }
    return open;
  };
  const forStaff = guarded.filter(([, { permission }]) => permission.startsWith('staff:'));
  const forCustomers = guarded.filter((each) => !forStaff.includes(each));
  const named = (is: (permission: string) => boolean) =>
    forCustomers.filter(([, { permission }]) => is(permission)).map(([name]) => name);
  const reads = named((permission) => permission.endsWith(':read') && permission !== 'audit:read');
  /** What concerns nobody but who asks. */
  const own = [
    ...['logOut', 'listSessions', 'endSession', 'endSessions', 'updateMe', 'changePassword'],
    ...['secondFactor', 'beginTotp', 'confirmTotp', 'removeTotp', 'renewRecoveryCodes'],
    ...['resendVerification', 'requestEmailChange'],
  ];
  const belonging = ['acceptInvitation', 'leaveAccount', 'listOwnAccounts', 'switchAccount'];
  const tokens = ['createToken', 'revokeToken'];
  const trail = ['listAuditEvents', 'exportAuditEvents'];
  const members = ['updateMember', 'removeMember', 'createInvitation', 'listInvitations', 'revokeInvitation'];

  const money = ['setBudget', 'removeBudget', 'setBillingProfile'];
  const closing = ['closeAccount', 'reopenAccount', 'exportAccount'];

  test('owner may do everything but what is for staff', async () => {
    expect(await allowed('owner')).toEqual(forCustomers.map(([name]) => name));
  });
  test('admin may do the same, but neither close the account nor take everything along', async () => {
    const all = forCustomers.map(([name]) => name);
    expect(await allowed('admin')).toEqual(all.filter((name) => !closing.includes(name)));
  });
  test('staff do what is for staff, see who they are and what is sold', async () => {
    const sold = ['catalog', 'quote'];
    expect((await allowed('staff')).sort()).toEqual(
      [...own, 'me', 'listTokens', ...tokens, ...sold, ...forStaff.map(([name]) => name)].sort(),
    );
  });
  test('operator runs servers, makes no tokens, decides about nobody, and sees not who did what', async () => {
    const all = forCustomers.map(([name]) => name);
    expect(await allowed('operator')).toEqual(
      all.filter((name) => ![...tokens, ...members, ...trail, ...money, ...closing].includes(name)),
    );
  });
  test('billing decides about money besides, and viewer reads', async () => {
    const viewed = [...reads, ...own, ...belonging];
    expect((await allowed('viewer')).sort()).toEqual(viewed.toSorted());
    expect((await allowed('billing')).sort()).toEqual([...viewed, ...money].sort());
  });
  test('whoever may not do something learns why, and it is not done', async () => {
    const { status, body } = await gateway.call('POST', pause, { as: 'viewer', key: 'k' });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' });
    expect(body.detail).toBe('The role viewer lacks the permission servers:write.');
    expect(gateway.services.asked).toEqual([]);
  });
});

describe('the credential', () => {
  const me = (headers: Record<string, string>) => gateway.call('GET', '/v1/me', { headers });
  const cookie = 'berth_session=brt_owner';

  test.each(['Bearer brt_owner', 'bearer brt_owner', 'BEARER   brt_owner'])(
    'comes as %j',
    async (authorization) => {
      expect((await me({ authorization })).status).toBe(200);
    },
  );

  test.each([
    'brt_owner',
    'Basic YnJ0X293bmVyOg==',
    'Bearer',
    'Bearer ',
    'Bearer brt_owner, Bearer brt_owner',
    'Bearer brt_own er',
    `Bearer ${'x'.repeat(201)}`,
    'Bearer {"$ne":1}',
    'Bearer brt_gone',
  ])('is not %j, and no cookie makes up for it', async (authorization) => {
    const { status, headers } = await me({ authorization, cookie });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('of the header wins over that of the cookie', async () => {
    const answered = await gateway.call('POST', pause, { as: 'viewer', key: 'k', headers: { cookie } });
    expect(answered.status).toBe(403);
  });

  test('is never logged', async () => {
    gateway.services.answer(GetMe, () => ({}) as typeof sample.me);
    expect((await me({ authorization: 'Bearer brt_owner', cookie })).status).toBe(500);
    expect(logged.splice(0).join()).not.toMatch(/brt_owner/);
  });
});

describe('the session cookie', () => {
  const login = { body: { email: 'ada@example.com', password: 'correct horse' } };
  beforeEach(() => gateway.services.answer(BeginSession, () => sample.session));

  test('is set at log-in, out of reach of scripts and of other sites', async () => {
    const { headers } = await gateway.call('POST', '/v1/sessions', login);
    expect(headers.get('set-cookie')).toBe(
      'berth_session=brs_secret; Path=/; Expires=Sun, 22 Nov 2026 10:00:00 GMT; HttpOnly; SameSite=Lax',
    );
  });

  test('is bound to the host and to HTTPS where browsers come by HTTPS', async () => {
    const secure = await GatewayUnderTest.start(bus.url, { BERTH_PUBLIC_URL: 'https://cloud.example.com' });
    try {
      secure.services.answer(BeginSession, () => sample.session);
      gateway.services.answer(BeginSession, () => sample.session);
      const { headers } = await secure.call('POST', '/v1/sessions', login);
      expect(headers.get('set-cookie')).toMatch(
        /^__Host-berth_session=brs_secret; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/,
      );
      const get = (cookie: string) => secure.call('GET', '/v1/me', { headers: { cookie } });
      expect((await get('berth_session=brt_owner')).status).toBe(401);
      expect((await get('__Host-berth_session=brt_owner')).status).not.toBe(401);
    } finally {
      await secure.stop();
    }
  });

  test('lets the pages of this host read and write', async () => {
    const headers = { cookie: 'berth_session=brt_owner', 'sec-fetch-site': 'same-origin' };
    expect((await gateway.call('GET', '/v1/me', { headers })).status).toBe(200);
    expect((await gateway.call('POST', pause, { key: 'k', headers })).status).toBe(202);
  });

  test.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('lets no other site write: %j', async (site) => {
    const headers = { cookie: 'berth_session=brt_owner', ...site };
    const { status, body } = await gateway.call('POST', pause, { key: 'k', headers });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'cross_site' });
    expect(gateway.services.asked).toEqual([]);
  });

  test('of another site is no matter to who brings a token', async () => {
    const answered = await gateway.call('POST', pause, {
      as: 'owner',
      key: 'k',
      headers: { origin: 'https://tool.example' },
    });
    expect(answered.status).toBe(202);
  });

  test('is removed at log-out', async () => {
    gateway.services.answer(LogOut, () => ({}));
    const headers = { authorization: 'Bearer brt_session' };
    const { status, headers: answered } = await gateway.call('DELETE', '/v1/sessions/current', { headers });
    expect(status).toBe(204);
    expect(answered.get('set-cookie')).toMatch(/^berth_session=; Max-Age=0; Path=\/; /);
    expect(gateway.services.asked).toMatchObject([
      { data: { accountId: ids.account, sessionId: ids.session } },
    ]);
  });

  test.each([
    ['DELETE', '/v1/sessions', EndSessions],
    ['DELETE', '/v1/members/me', LeaveAccount],
  ] as const)('is removed with the session it was for: %s %s', async (method, path, request) => {
    gateway.services.answer(request, () => ({}));
    const { status, headers } = await gateway.call(method, path, { as: 'session' });
    expect(status).toBe(204);
    expect(headers.get('set-cookie')).toMatch(/^berth_session=; Max-Age=0; Path=\/; /);
  });

  test('is another one in another account', async () => {
    gateway.services.answer(SwitchAccount, () => sample.session);
    const body = { accountId: ids.account };
    const { headers } = await gateway.call('PATCH', '/v1/sessions/current', { as: 'session', body });
    expect(headers.get('set-cookie')).toMatch(/^berth_session=brs_secret; Path=\/; /);
  });

  const forPeople = guarded.filter(([, { problems }]) => problems.includes('not_a_session'));
  test.each(forPeople)(
    'is needed for what is a person’s own, and an API token is none: %s',
    async (name, route) => {
      const { status, body } = await gateway.call(route.method, pathOf(route), {
        as: 'owner',
        body: bodyExamples[name],
      });
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'not_a_session' });
      expect(gateway.services.asked).toEqual([]);
    },
  );
});

describe('no spelling of a path gets past the guard', () => {
  const server = `/v1/servers/${ids.server}`;
  test.each([
    `${server}/`,
    `/${server}`,
    `/%761/servers/${ids.server}`,
    `/v1/%73ervers/${ids.server}`,
    `/V1/SERVERS/${ids.server}`,
    `/v1//servers/${ids.server}`,
    `/v1/./servers/${ids.server}`,
    `/healthz/..${server}`,
    `/healthz/%2e%2e${server}`,
    `/healthz%2f..${server}`,
    `/healthz;${server}`,
    `/v1/openapi.json/..%2fservers%2f${ids.server}`,
    `${server}%00`,
    `${server}#/healthz`,
    `${server}\\..\\healthz`,
    `http://localhost${server}`,
    `*${server}`,
    `?/../${server}`,
  ])('%s', async (target) => {
    const answer = await gateway.raw(
      `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (401|404|400) /);
    expect(answer).toContain('application/problem+json');
    expect(gateway.services.asked).toEqual([]);
  });

  test('nor a header that names another method or path', async () => {
    const headers = {
      'x-http-method-override': 'DELETE',
      'x-method-override': 'DELETE',
      'x-original-url': '/healthz',
      'x-rewrite-url': '/healthz',
      'x-forwarded-for': '127.0.0.1',
    };
    expect((await gateway.call('GET', server, { headers })).status).toBe(401);
    expect((await gateway.call('GET', server, { as: 'viewer', headers })).status).toBe(200);
    expect(gateway.services.asked).toMatchObject([{ type: GetServer.type }]);
  });
});
