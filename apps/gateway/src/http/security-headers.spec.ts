import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BeginSession, GetMe, LogOut, PauseServer, ReadFeed, RevokeToken } from '@berth/contracts';
import { broker, type TestBroker } from '@berth/testing';
import { consoleFolder } from '../fixtures/console-folder.ts';
import { GatewayUnderTest, type Call } from '../fixtures/gateway-under-test.ts';
import * as sample from '../fixtures/samples.ts';

const { ids } = sample;
const HTML = { headers: { accept: 'text/html' } };

let bus: TestBroker;
let folder: string;
/** As on one machine: plain HTTP, no console. */
let plain: GatewayUnderTest;
/** As for customers: behind HTTPS, with the console. Both are answered by the first one's services. */
let secure: GatewayUnderTest;

beforeAll(async () => {
  bus = await broker();
  folder = consoleFolder();
  const environment = { BERTH_PUBLIC_URL: 'https://cloud.example.com', BERTH_CONSOLE: folder };
  plain = await GatewayUnderTest.start(bus.url);
  secure = await GatewayUnderTest.start(bus.url, environment, { services: false });
});
afterAll(async () => {
  await secure?.stop();
  await plain?.stop();
  await bus?.stop();
  rmSync(dirname(folder), { recursive: true, force: true });
});
beforeEach(() => {
  plain.services.answer(GetMe, () => sample.me);
  plain.services.answer(PauseServer, () => sample.accepted);
  plain.services.answer(RevokeToken, () => ({}));
  plain.services.answer(BeginSession, () => sample.session);
  plain.services.answer(LogOut, () => ({}));
});

const answer = async (to: GatewayUnderTest, method: string, path: string, call: Call) => {
  const { status, headers } = await to.call(method, path, { key: 'key-1', ...call });
  return { status, headers };
};

/** The headers of an answer on a bare socket. */
function headersIn(text: string): Headers {
  const [head = ''] = text.split('\r\n\r\n');
  return new Headers(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(/: (.*)/s, 2) as [string, string]),
  );
}

/** What holds of every answer: nothing is guessed, framed, told to other sites, or run but files from here. */
function expectHardened(headers: Headers, { https }: { https: boolean }): void {
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect([headers.get('x-powered-by'), headers.get('server')]).toEqual([null, null]);
  expect(headers.get('strict-transport-security')).toBe(https ? 'max-age=31536000' : null);
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split('; ').map((part) => {
      const [name = '', ...sources] = part.split(' ');
      return [name, sources.join(' ')];
    }),
  );
  expect(policy.get('default-src')).toBe("'none'");
  expect(policy.get('frame-ancestors')).toBe("'none'");
  expect(policy.get('base-uri')).toBe("'none'");
  expect(["'none'", "'self'"]).toContain(policy.get('form-action'));
  expect([undefined, "'self'"]).toContain(policy.get('script-src'));
  policy.delete('style-src');
  expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|https?:|blob:/);
}

const server = `/v1/servers/${ids.server}`;
const ANSWERS: [string, number, string, string, Call][] = [
  ['a page of documentation', 200, 'GET', '/docs', HTML],
  ['the page of messages', 200, 'GET', '/docs/messages', HTML],
  ['a script of the documentation', 200, 'GET', '/docs/assets/start.js', {}],
  ['the page of problems', 200, 'GET', '/problems', HTML],
  ["the API's own description", 200, 'GET', '/v1/openapi.json', {}],
  ['the mailbox of a local run, where there is none', 404, 'GET', '/dev/mail', HTML],
  ['health', 200, 'GET', '/healthz', {}],
  ['what is read', 200, 'GET', '/v1/me', { as: 'viewer' }],
  ['what is read by HEAD', 200, 'HEAD', '/v1/me', { as: 'viewer' }],
  ['what was begun', 202, 'POST', `${server}/actions/pause`, { as: 'owner', body: {} }],
  ['what was done', 204, 'DELETE', `/v1/tokens/${ids.token}`, { as: 'owner' }],
  ['what is allowed', 204, 'OPTIONS', '/v1/servers', {}],
  ['the problem: not valid', 400, 'GET', '/v1/me?unknown=1', { as: 'owner' }],
  ['the problem: no JSON', 400, 'POST', '/v1/servers', { as: 'owner', body: '{' }],
  ['the problem: not known', 401, 'GET', '/v1/me', {}],
  ['the problem: denied', 403, 'POST', `${server}/actions/pause`, { as: 'viewer', body: {} }],
  ['the problem: not there', 404, 'GET', server, { as: 'owner' }],
  ['the problem: no such path', 404, 'GET', '/v1/nothing', {}],
  ['the problem: a path that cannot be decoded', 404, 'GET', '/v1/%zz', {}],
  ['the problem: no such method', 405, 'PUT', '/v1/servers', {}],
  ['the problem: too large', 413, 'POST', '/v1/servers', { as: 'owner', body: 'x'.repeat(2 ** 21) }],
  ['the problem: not JSON', 415, 'POST', '/v1/servers', { ...text('<a/>'), as: 'owner' }],
];

function text(body: string): Call {
  return { body, headers: { 'content-type': 'text/xml' } };
}

describe.each([
  ['over plain HTTP', false],
  ['behind HTTPS', true],
])('%s', (_, https) => {
  const gateway = () => (https ? secure : plain);

  test.each(ANSWERS)('%s (%i) is hardened', async (_name, status, method, path, call) => {
    const answered = await answer(gateway(), method, path, call);
    expect(answered.status).toBe(status);
    expectHardened(answered.headers, { https });
  });

  test('a stream of events is hardened', async () => {
    plain.services.answer(ReadFeed, () => ({ sequence: 0, entries: [], reset: false }));
    const done = new AbortController();
    const { status, headers } = await fetch(`http://127.0.0.1:${gateway().port}/v1/events`, {
      headers: { authorization: 'Bearer brt_viewer' },
      signal: done.signal,
    });
    done.abort();
    expect(status).toBe(200);
    expectHardened(headers, { https });
  });

  test.each([
    ['what is no HTTP', 'GARBAGE\r\n\r\n', 400],
    ['a request for no host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\n${'x: y\r\n'.repeat(10_000)}\r\n`, 431],
  ])('the answer to %s is hardened', async (_name, bytes, status) => {
    const answered = await gateway().raw(bytes);
    expect(answered).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expectHardened(headersIn(answered), { https });
  });

  test('answers of the API, its problems too, are kept by nobody', async () => {
    for (const [name, , method, path, call] of ANSWERS.filter(([, , , to]) => to.startsWith('/v1/'))) {
      const { headers } = await answer(gateway(), method, path, call);
      expect([name, headers.get('cache-control')]).toEqual([name, 'no-store']);
    }
  });
});

test.each([
  ['the page', 200, '/', HTML],
  ['a path of its own', 200, '/servers', HTML],
  ['a script', 200, '/assets/index-a1b2c3.js', {}],
  ['a file with a fixed name', 200, '/favicon.svg', {}],
  ['a file that is not there', 404, '/assets/index-old.js', {}],
] as [string, number, string, Call][])(
  'of the console, %s (%i) is hardened',
  async (_, status, path, call) => {
    const answered = await answer(secure, 'GET', path, call);
    expect(answered.status).toBe(status);
    expectHardened(answered.headers, { https: true });
  },
);

test('of the console, the page that a browser still has is hardened', async () => {
  const { headers } = await answer(secure, 'GET', '/', HTML);
  const again = await answer(secure, 'GET', '/', {
    headers: { ...HTML.headers, 'if-none-match': headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(304);
  expectHardened(again.headers, { https: true });
});

test('without a console, the page in its place is hardened', async () => {
  const { status, headers } = await answer(plain, 'GET', '/', HTML);
  expect(status).toBe(200);
  expectHardened(headers, { https: false });
});

test('only log-in and log-out set a cookie: for this host and HTTPS alone, out of reach of scripts and other sites', async () => {
  const login = { email: 'ada@example.com', password: 'correct horse battery' };
  const logIn = await answer(secure, 'POST', '/v1/sessions', { body: login });
  const logOut = await answer(secure, 'DELETE', '/v1/sessions/current', { as: 'session' });
  for (const { headers } of [logIn, logOut]) {
    const [cookie = '', ...others] = headers.getSetCookie();
    expect(others).toEqual([]);
    const [pair, ...attributes] = cookie.split('; ');
    expect(pair).toMatch(/^__Host-berth_session=/);
    expect(attributes.filter((each) => !/^(Expires|Max-Age)=/.test(each)).sort()).toEqual([
      ...['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'],
    ]);
  }
  for (const [, , method, path, call] of ANSWERS) {
    expect((await answer(secure, method, path, call)).headers.getSetCookie()).toEqual([]);
  }
});
