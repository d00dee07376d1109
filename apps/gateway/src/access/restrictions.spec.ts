import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Authenticate,
  GetMe,
  Role,
  routes,
  TokenScope,
  type Permission,
  type Principal,
  type Route,
} from '@berth/contracts';
import { broker, type TestBroker } from '@berth/testing';
import { logged, GatewayUnderTest, type Answered } from '../fixtures/gateway-under-test.ts';
import { pathOf } from '../fixtures/paths.ts';
import * as sample from '../fixtures/samples.ts';

const { ids } = sample;
const NETWORKS: Record<string, string[]> = {
  here: ['127.0.0.0/8', '::1'],
  office: ['192.0.2.0/24', '2001:db8::/32'],
};

let bus: TestBroker;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  bus = await broker();
  gateway = await GatewayUnderTest.start(bus.url);
  gateway.services.answer(Authenticate, ({ credential }) => ({ principal: null, ...known(credential) }));
});
afterAll(async () => {
  await gateway?.stop();
  await bus?.stop();
});
beforeEach(() => {
  logged.length = 0;
  gateway.services.forget();
  gateway.services.answer(GetMe, () => sample.me);
});

/** `brt_operator.read.servers` is the token of an operator with these scopes, `brt_here` one to be used from here alone. */
function known(credential: string) {
  const [who = '', ...scopes] = credential.replace('brt_', '').split('.');
  const heldTo = scopes.length > 0 ? { scopes: scopes as TokenScope[] } : {};
  if (who === 'staff') return { staff: { ...sample.staff, ...heldTo } };
  const networks = NETWORKS[who];
  const role = Role.safeParse(who).data ?? (networks && 'owner');
  return { restricted: role ? ({ ...sample.principal(role), ...heldTo, networks } as Principal) : null };
}

describe('scopes', () => {
  const guarded = Object.entries<Route>(routes).filter(([, { permission }]) => permission !== 'public');
  /** What is not refused for want of a permission. */
  async function open(as: string): Promise<Set<Permission>> {
    const found = new Set<Permission>();
    const refused = new Set<Permission>();
    for (const [, route] of guarded) {
      const { status } = await gateway.call(route.method, `${pathOf(route)}?unknown=1`, { as, key: 'k' });
      (status === 403 ? refused : found).add(route.permission);
    }
    expect([...found].filter((permission) => refused.has(permission))).toEqual([]);
    return found;
  }

  const READS: Permission[] = ['account:read', 'catalog:read', 'members:read', 'servers:read', 'usage:read'];
  const OWN: Permission[] = ['self:write', 'membership:write'];
  const RUNNING: Permission[] = ['catalog:read', 'servers:read', 'servers:write'];
  test.each<[string, Permission[]]>([
    ['owner.read', READS],
    ['owner.servers', RUNNING],
    ['owner.billing', ['account:read', 'usage:read', 'billing:write']],
    [
      'owner.admin',
      [
        ...[...READS, ...OWN, 'members:write', 'servers:write', 'tokens:write', 'audit:read'],
        ...['billing:write', 'account:close'],
      ] as Permission[],
    ],
    ['owner.servers.billing', [...RUNNING, 'account:read', 'usage:read', 'billing:write']],
    ['operator.servers', RUNNING],
    ['operator.admin', [...READS, ...OWN, 'servers:write']],
    ['viewer.servers', ['catalog:read', 'servers:read']],
    ['viewer.admin', [...READS, ...OWN]],
    ['viewer.billing', ['account:read', 'usage:read']],
    ['billing.billing', ['account:read', 'usage:read', 'billing:write']],
    ['staff.read', ['account:read', 'catalog:read', 'staff:read']],
    [
      'staff.admin',
      ['account:read', 'catalog:read', 'self:write', 'tokens:write', 'staff:read', 'staff:write'],
    ],
    ['staff.servers', ['catalog:read']],
    ['staff.billing', ['account:read']],
  ])('%s may do exactly %j', async (as, permissions) => {
    expect([...(await open(as))].sort()).toEqual([...permissions].sort());
  });

  test('who lacks one learns which, and it is not done', async () => {
    const pause = `/v1/servers/${ids.server}/actions/pause`;
    const { status, body } = await gateway.call('POST', pause, { as: 'owner.read.billing', key: 'k' });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' });
    expect(body.detail).toBe(
      'The API token lacks the scope servers or admin, which gives the permission servers:write.',
    );
    expect(gateway.services.asked).toEqual([]);
  });

  test.each(TokenScope.options.filter((scope) => scope !== 'admin'))(
    'a token with %s makes no other, nor revokes one',
    async (scope) => {
      const as = `owner.${scope}`;
      const make = await gateway.call('POST', '/v1/tokens', { as, body: { name: 'more' } });
      const revoke = await gateway.call('DELETE', `/v1/tokens/${ids.token}`, { as });
      for (const { status, body } of [make, revoke]) {
        expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' });
        expect(body.detail).toContain('lacks the scope admin');
      }
      expect(gateway.services.asked).toEqual([]);
    },
  );
});

/** All that a caller is told, but for what is another with each answer. */
function told({ status, headers, body }: Answered) {
  const { requestId: _, ...rest } = body;
  const named = ['www-authenticate', 'content-type', 'ratelimit-policy', 'set-cookie'];
  return { status, rest, headers: named.map((name) => headers.get(name)) };
}
const me = (as: string, forwardedFor?: string, at = gateway) =>
  at.call('GET', '/v1/me', {
    as,
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
  });

describe('source networks', () => {
  test('let in who comes from one of them', async () => {
    expect((await me('here')).status).toBe(200);
  });

  test('make of anybody else a stranger, who is not told why; the log says which token it was', async () => {
    const unknown = await me('nobody');
    expect(logged.join()).not.toContain('networks');
    const elsewhere = await me('office');
    expect(elsewhere.status).toBe(401);
    expect(told(elsewhere)).toEqual(told(unknown));
    const line = logged.find((each) => each.includes('outside its networks'));
    expect(line).toContain(ids.token);
    expect(line).toContain('127.0.0.1');
    expect(line).not.toContain('brt_');
    expect(gateway.services.asked).toEqual([]);
  });

  test('are not got into, nor out of, by a header of the client', async () => {
    expect((await me('office', '192.0.2.7')).status).toBe(401);
    expect((await me('here', '192.0.2.7')).status).toBe(200);
  });

  test('hold on every route, whatever it is for', async () => {
    for (const route of Object.values<Route>(routes).filter(({ permission }) => permission !== 'public')) {
      const { status } = await gateway.call(route.method, pathOf(route), { as: 'office', key: 'k' });
      expect(status).toBe(401);
    }
  });
});

describe('behind a proxy that is trusted, source networks', () => {
  let proxied: GatewayUnderTest;
  beforeAll(async () => {
    const environment = { BERTH_TRUSTED_PROXIES: '127.0.0.0/8' };
    proxied = await GatewayUnderTest.start(bus.url, environment, { services: false });
  });
  afterAll(() => proxied?.stop());

  test.each([
    [200, '192.0.2.7'],
    [200, '::ffff:192.0.2.7'],
    [200, '2001:db8:7::1'],
    [200, '203.0.113.9, 192.0.2.7'],
    [401, '203.0.113.9'],
    [401, '192.0.2.7, 203.0.113.9'],
    [401, '2001:db9::1'],
    [401, 'unknown'],
    [401, ''],
  ])('answer %i to who comes from %j', async (status, forwardedFor) => {
    expect((await me('office', forwardedFor, proxied)).status).toBe(status);
  });

  test('hold who comes past the proxy to where that is', async () => {
    expect((await me('office', undefined, proxied)).status).toBe(401);
    expect((await me('here', undefined, proxied)).status).toBe(200);
    expect((await me('here', '192.0.2.7', proxied)).status).toBe(401);
  });
});
