import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { BeginSession, GetMe } from '@berth/contracts';
import { GatewayUnderTest, type Answered } from '../fixtures/gateway-under-test.ts';
import * as sample from '../fixtures/samples.ts';
import { networkOf } from './network.ts';

let bus: TestBroker;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  bus = await broker();
});
afterAll(() => bus?.stop());

const LIMITS = { BERTH_RATE_LIMIT_PER_ACCOUNT: '3', BERTH_RATE_LIMIT_PER_ADDRESS: '2' };
/** Stands for a log-in, which no limit but the account's is for. */
const session = { as: 'session' };
const limitsOf = ({ headers }: Answered) => [headers.get('ratelimit-policy'), headers.get('ratelimit')];

function inGateway(environment: Record<string, string>): void {
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start(bus.url, { ...LIMITS, ...environment });
    gateway.services.answer(GetMe, () => sample.me);
  });
  afterAll(() => gateway?.stop());
}

describe('the limits', () => {
  inGateway({});

  test('of an account are told with every answer, and what goes beyond is refused until they are reset', async () => {
    const me = () => gateway.call('GET', '/v1/me', session);
    const first = await me();
    expect(limitsOf(first)).toEqual(['"account";q=3;w=10', expect.stringMatching(/^"account";r=2;t=10$/)]);
    const bad = await gateway.call('GET', '/v1/me?no=1', session);
    expect(limitsOf(bad)[1]).toMatch(/^"account";r=1;t=(9|10)$/);
    const denied = await gateway.call('POST', '/v1/tokens', { as: 'viewer' });
    expect({ status: denied.status, left: limitsOf(denied)[1] }).toEqual({
      status: 403,
      left: expect.stringMatching(/^"token";r=\d+;t=10, "account";r=0;t=(9|10)$/),
    });
    gateway.services.asked.length = 0;
    const refused = await me();
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(limitsOf(refused)[1]).toMatch(/^"account";r=0;t=/);
    expect(gateway.services.asked).toEqual([]);
    const removal = await gateway.call('DELETE', `/v1/tokens/${sample.token.id}`, { as: 'owner' });
    expect(limitsOf(removal)).toEqual([
      '"removals";q=3;w=10',
      expect.stringMatching(/^"removals";r=2;t=10$/),
    ]);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    await eventually(async () => expect((await me()).status).toBe(200), { within: (seconds + 2) * 1000 });
  });

  test('of an address hold for whoever is not known, whatever proxies are said to be in between', async () => {
    const forged = (number: number) => ({ 'x-forwarded-for': `198.51.100.${number}` });
    const page = await gateway.call('GET', '/problems', { headers: forged(1) });
    expect(limitsOf(page)).toEqual(['"address";q=2;w=10', expect.stringMatching(/^"address";r=1;t=/)]);
    const stranger = await gateway.call('GET', '/v1/me', { as: 'nobody', headers: forged(2) });
    expect({ status: stranger.status, left: limitsOf(stranger)[1] }).toEqual({
      status: 401,
      left: expect.stringMatching(/^"address";r=0;t=/),
    });
    expect((await gateway.call('GET', '/problems', { headers: forged(3) })).status).toBe(429);
    expect((await gateway.call('GET', '/v1/me', { headers: forged(4) })).status).toBe(429);
    expect((await gateway.call('GET', '/v1/me', { as: 'owner' })).status).toBe(200);
  });

  test.each(['/healthz', '/'])('do not hold up whoever asks for %s', async (path) => {
    for (let count = 0; count < 5; count++) expect((await gateway.call('GET', path)).status).toBe(200);
  });
});

describe('the limit of a token', () => {
  inGateway({ BERTH_RATE_LIMIT_PER_ACCOUNT: '5', BERTH_RATE_LIMIT_PER_TOKEN: '2' });

  test('leaves the account what is beyond it', async () => {
    const token = () => gateway.call('GET', '/v1/me', { as: 'owner' });
    expect(limitsOf(await token())).toEqual([
      '"token";q=2;w=10, "account";q=5;w=10',
      expect.stringMatching(/^"token";r=1;t=10, "account";r=4;t=10$/),
    ]);
    await token();
    for (let count = 0; count < 3; count++) {
      const refused = await token();
      expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      expect(limitsOf(refused)[1]).toMatch(/^"token";r=0;t=\d+$/);
    }
    const other = await gateway.call('GET', '/v1/me', session);
    expect({ status: other.status, left: limitsOf(other)[1] }).toEqual({
      status: 200,
      left: expect.stringMatching(/^"account";r=2;t=/),
    });
  });
});

describe('two gateways', () => {
  const LIMIT = 1_000;
  inGateway({ BERTH_RATE_LIMIT_PER_ACCOUNT: String(LIMIT) });
  let another: GatewayUnderTest;
  beforeAll(async () => {
    another = await GatewayUnderTest.start(
      bus.url,
      { ...LIMITS, BERTH_RATE_LIMIT_PER_ACCOUNT: String(LIMIT) },
      { services: false },
    );
  });
  afterAll(() => another?.stop());

  test('count together, each request once', async () => {
    let made = 0;
    const left = async (by: GatewayUnderTest) => {
      made++;
      const answer = await by.call('GET', '/v1/me', session);
      return Number(/"account";r=(\d+)/.exec(limitsOf(answer)[1] ?? '')?.[1]);
    };
    const [first, second] = [gateway, another];
    expect(await left(first)).toBe(LIMIT - 1);
    for (let count = 0; count < 20; count++) await left(first);
    for (let count = 0; count < 10; count++) await left(second);
    await eventually(async () => expect(await left(first)).toBe(LIMIT - made));
    await eventually(async () => expect(await left(second)).toBe(LIMIT - made));
    expect(made).toBeGreaterThan(30);
  });
});

describe('behind a proxy that is trusted', () => {
  inGateway({ BERTH_TRUSTED_PROXIES: '127.0.0.0/8, ::1' });

  test('the address is the one it names, and what a client claims before it counts for nothing', async () => {
    const from = (forwarded: string) =>
      gateway.call('GET', '/problems', { headers: { 'x-forwarded-for': forwarded } });
    expect((await from('192.0.2.1')).status).toBe(200);
    expect((await from('10.9.9.9, 192.0.2.1')).status).toBe(200);
    expect((await from('10.8.8.8, 192.0.2.1')).status).toBe(429);
    expect((await from('192.0.2.2')).status).toBe(200);
  });
});

describe.each([
  ['nobody is trusted', {}, /^(?:::ffff:)?127\.0\.0\.1$/],
  ['another proxy is trusted', { BERTH_TRUSTED_PROXIES: '10.0.0.0/8' }, /^(?:::ffff:)?127\.0\.0\.1$/],
  ['the proxy is trusted', { BERTH_TRUSTED_PROXIES: '127.0.0.0/8, ::1' }, /^203\.0\.113\.9$/],
])('the address by which wrong passwords are counted, while %s', (_, environment, expected) => {
  inGateway({ ...environment, BERTH_RATE_LIMIT_PER_ADDRESS: '100' });

  test('is whose the connection is, or whom the proxy names', async () => {
    gateway.services.answer(BeginSession, () => sample.session);
    await gateway.call('POST', '/v1/sessions', {
      body: { email: 'ada@example.com', password: 'correct horse' },
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    expect(gateway.services.asked).toMatchObject([
      { type: BeginSession.type, data: { origin: { address: expect.stringMatching(expected) } } },
    ]);
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
