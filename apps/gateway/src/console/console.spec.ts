import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { broker, type TestBroker } from '@berth/testing';
import { consoleFolder, INDEX, SCRIPT } from '../fixtures/console-folder.ts';
import { GatewayUnderTest, logged } from '../fixtures/gateway-under-test.ts';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const ASSET = '/assets/index-a1b2c3.js';

let bus: TestBroker;
let gateway: GatewayUnderTest;
let folder: string;

beforeAll(async () => {
  bus = await broker();
  folder = consoleFolder();
  gateway = await GatewayUnderTest.start(
    bus.url,
    { BERTH_CONSOLE: folder, BERTH_RATE_LIMIT_PER_ADDRESS: '20', BERTH_REQUESTS_AT_ONCE_PER_ACCOUNT: '2' },
    { services: false },
  );
});
afterAll(async () => {
  await gateway?.stop();
  await bus?.stop();
  rmSync(dirname(folder), { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  gateway.call(method, path, { headers });

describe('the console', () => {
  test.each([
    '/',
    '/?utm_source=mail',
    '/index.html',
    '/servers',
    '/servers/',
    '/servers/srv_01h455vb4pex5vsknk084sn02q?tab=timeline',
    '/launch',
    '/v1x',
  ])('is opened at %s', async (path) => {
    const { status, headers, text } = await get(path, HTML);
    expect({ status, text }).toEqual({ status: 200, text: INDEX });
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('etag')).toMatch(/^W\/"[\w-]{43}"$/);
    expect(headers.get('vary')).toBe('accept, accept-encoding');
    expect(headers.get('x-request-id')).toBeTruthy();
  });

  test('loads nothing from elsewhere, runs no inline script and is shown in no frame', async () => {
    const { headers } = await get('/', HTML);
    const policy = headers.get('content-security-policy') ?? '';
    expect(Object.fromEntries(policy.split('; ').map((part) => part.split(/ (.*)/).slice(0, 2)))).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self' 'unsafe-inline'",
      'img-src': "'self' data:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'manifest-src': "'self'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
    });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  test('is not sent again to who has it, but is when another of the same length and time takes its place', async () => {
    const first = await get('/', HTML);
    const etag = first.headers.get('etag') ?? '';
    const again = await get('/servers', { ...HTML, 'if-none-match': `"x", ${etag}` });
    expect({ status: again.status, text: again.text, etag: again.headers.get('etag') }).toEqual({
      ...{ status: 304, text: '', etag },
    });
    const index = join(folder, 'index.html');
    writeFileSync(index, INDEX.replace('a1b2c3', 'f6e5d4'));
    utimesSync(index, 0, 0);
    try {
      const { status, headers } = await get('/', { ...HTML, 'if-none-match': etag });
      expect({ status, same: headers.get('etag') === etag }).toEqual({ status: 200, same: false });
    } finally {
      writeFileSync(index, INDEX);
    }
  });

  test('comes as it is to who takes nothing compressed', async () => {
    const { headers, text } = await get('/', { ...HTML, 'accept-encoding': 'identity' });
    expect({ encoding: headers.get('content-encoding'), text }).toEqual({ encoding: null, text: INDEX });
  });

  test('is opened by whoever takes anything, and not by a client of the API that left out /v1', async () => {
    expect((await get('/servers', { accept: '*/*' })).text).toBe(INDEX);
    for (const accept of [
      'application/json',
      'application/json, text/plain, */*',
      'image/avif',
      'text/event-stream',
    ]) {
      expect(await get('/servers', { accept })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect(await get('/', { accept: 'application/json' })).toMatchObject({ status: 200, text: INDEX });
  });

  test('answers HEAD like GET without a body', async () => {
    for (const path of ['/', '/servers', ASSET]) {
      const { headers } = await get(path, HTML);
      const head = await get(path, HTML, 'HEAD');
      expect({ status: head.status, text: head.text }).toEqual({ status: 200, text: '' });
      for (const name of [
        'content-type',
        'cache-control',
        'etag',
        'vary',
        'content-encoding',
        'content-length',
      ]) {
        expect([name, head.headers.get(name)]).toEqual([name, headers.get(name)]);
      }
    }
  });

  test('takes no orders: any other method finds nothing', async () => {
    expect(await get('/servers', HTML, 'POST')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const post = await get('/', HTML, 'POST');
    expect({ status: post.status, allow: post.headers.get('allow') }).toEqual({
      ...{ status: 405, allow: 'GET, HEAD, OPTIONS' },
    });
    expect((await get('/', {}, 'OPTIONS')).headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });
});

describe('a file of the console', () => {
  test.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['gzip, br;q=0', 'gzip'],
    ['identity', null],
  ])('comes to who takes %s as %s', async (accepted, encoding) => {
    const { status, headers, text } = await get(ASSET, { 'accept-encoding': accepted });
    expect({ status, text, encoding: headers.get('content-encoding') }).toEqual({
      status: 200,
      text: SCRIPT,
      encoding,
    });
    expect(headers.get('content-type')).toBe('application/javascript; charset=utf-8');
    expect(headers.get('vary')).toBe('accept-encoding');
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test('that is compressed already comes as it is', async () => {
    const { headers, text } = await get('/assets/inter-d4e5f6.woff2', { 'accept-encoding': 'br' });
    expect({ text, type: headers.get('content-type'), encoding: headers.get('content-encoding') }).toEqual({
      ...{ text: 'font', type: 'font/woff2', encoding: null },
    });
  });

  test('with a fixed name may have changed after an hour', async () => {
    const { status, headers } = await get('/favicon.svg', HTML);
    expect({ status, type: headers.get('content-type'), cache: headers.get('cache-control') }).toEqual({
      ...{ status: 200, type: 'image/svg+xml', cache: 'public, max-age=3600' },
    });
  });

  test.each([
    '/assets/index-old.js',
    '/assets/',
    '/assets',
    '/assets/deep',
    '/assets/deep/file.js',
    '/assets/deep%2ffile.js',
    '/assets/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/%252e%252e%252fsecret.txt',
    '/assets/.hidden.js',
    '/assets/%2ehidden.js',
    '/assets/link-a1b2c3.js',
    '/assets/index-a1b2c3.js%00.css',
    `/assets/${'a'.repeat(5_000)}.js`,
    '/assets//index-a1b2c3.js',
    '/assets/%zz',
    '/link.txt',
    '/.env',
    '/%2eenv',
    '/..%2fsecret.txt',
    '/secret.txt',
    '/favicon.ico',
    '//servers',
    '/servers%2fx',
    '/ser%76ers',
    '/servers/../../etc',
  ])('that is not there is never the page: %s', async (path) => {
    const answer = await gateway.raw(
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\naccept-encoding: br\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toContain('content-type: application/problem+json');
    expect(answer).toContain('cache-control: no-store');
    expect(answer).not.toContain('secret"');
  });
});

test('a browser that opens the page with all its files meets no limit', async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, number) => get(number % 2 ? ASSET : '/', HTML)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200));
});

describe('beside the console, the API is as it was', () => {
  test.each([
    ['GET', '/v1/nothing', 404, 'not_found'],
    ['GET', '/v1', 404, 'not_found'],
    ['GET', '/docs/nothing', 404, 'not_found'],
    ['GET', '/dev/nothing', 404, 'not_found'],
    ['GET', '/v1/me', 401, 'unauthenticated'],
    ['PUT', '/v1/servers', 405, 'method_not_allowed'],
    ['DELETE', '/v1/catalog', 405, 'method_not_allowed'],
  ])('%s %s', async (method, path, status, code) => {
    expect(await get(path, HTML, method)).toMatchObject({ status, body: { code } });
  });

  test.each(['/docs', '/problems', '/healthz'])('GET %s', async (path) => {
    const { status, text } = await get(path, HTML);
    expect({ status, isPage: text === INDEX }).toEqual({ status: 200, isPage: false });
  });
});

test('a folder without a console keeps the gateway from starting', async () => {
  const start = GatewayUnderTest.start(
    bus.url,
    { BERTH_CONSOLE: join(folder, 'assets') },
    { services: false },
  );
  await expect(start).rejects.toThrow(/^BERTH_CONSOLE: .*assets holds no index.html$/);
});

test('nothing of this is worth a line in the log', () => expect(logged).toEqual([]));
