import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { routes, type Route } from '@berth/contracts';
import { broker, type TestBroker } from '@berth/testing';
import { accessPage } from '../fixtures/access-page.ts';
import { consoleFolder, INDEX } from '../fixtures/console-folder.ts';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import { pathOf } from '../fixtures/paths.ts';
import { bodyExamples } from '../openapi/examples.ts';

let bus: TestBroker;
let gateway: GatewayUnderTest;
/** One that serves the console besides, which rewrites paths before they are routed. */
let withConsole: GatewayUnderTest;
let folder: string;

beforeAll(async () => {
  bus = await broker();
  folder = consoleFolder();
  gateway = await GatewayUnderTest.start(bus.url);
  withConsole = await GatewayUnderTest.start(bus.url, { BERTH_CONSOLE: folder }, { services: false });
});
afterAll(async () => {
  await withConsole?.stop();
  await gateway?.stop();
  await bus?.stop();
  rmSync(dirname(folder), { recursive: true, force: true });
});
beforeEach(() => gateway.services.forget());

const escape = (sign: string) => `%${sign.charCodeAt(0).toString(16)}`;

/** Ways to write a path that some proxy, router or file system takes for the path itself. */
const SPELLINGS: ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `/${path}`,
  (path) => path.replaceAll('/', '//'),
  (path) => path.replace('/v1/', '/v1//'),
  (path) => `${path}.`,
  (path) => `${path}..`,
  (path) => `${path}/.`,
  (path) => path.replace('/v1/', '/v1./'),
  (path) => path.replace('/v1/', '/v1/./'),
  (path) => path.replace('/v1/', '/v1/x/../'),
  (path) => `/healthz/..${path}`,
  (path) => `/healthz/%2e%2e${path}`,
  (path) => `/healthz%2f..${path}`,
  (path) => `/docs/assets/..%2f..${path}`,
  (path) => `/healthz;${path}`,
  (path) => `${path};x=1`,
  (path) => path.replace('v1', escape),
  (path) => path.replaceAll(/(?<=\/)\w/g, escape),
  (path) => path.replaceAll(/(?<=\/)\w/g, (sign) => escape(sign).replace('%', '%25')),
  (path) => `/${path.slice(1).replaceAll('/', '%2f')}`,
  (path) => `/${path.slice(1).replaceAll('/', '%252f')}`,
  (path) => `/${path.slice(1).replaceAll('/', '%c0%af')}`,
  (path) => path.replaceAll('/', '\\'),
  (path) => path.toUpperCase(),
  (path) => path.replace('/v1', '/V1'),
  (path) => path.replaceAll(/(?<=\/)[a-z]/g, (sign) => sign.toUpperCase()),
  (path) => `${path}%00`,
  (path) => `${path}%00.json`,
  (path) => `${path}%20`,
  (path) => `${path}%0a`,
  (path) => `${path}.json`,
  (path) => `${path}#/healthz`,
  (path) => `${path}?`,
  (path) => `http://localhost${path}`,
  (path) => `http://localhost@127.0.0.1${path}`,
  (path) => `*${path}`,
  (path) => `?/..${path}`,
];

const guarded = Object.entries<Route>(routes).filter(([, { permission }]) => permission !== 'public');

/** A role that may not, by the committed page; undefined where each may. */
function outsiderOf({ method, path }: Route): string | undefined {
  const may = accessPage().find(({ route }) => route === `${method} ${path}`)?.may ?? {};
  return Object.keys(may).find((caller) => caller !== 'nobody' && may[caller] === false);
}

function sent(to: GatewayUnderTest, { method }: Route, target: string, as: string | undefined) {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'host: localhost',
    'connection: close',
    'content-length: 0',
    'accept: text/html',
    'idempotency-key: key-1',
    ...(as === undefined ? [] : [`authorization: Bearer brt_${as}`]),
  ];
  return to.raw(`${lines.join('\r\n')}\r\n\r\n`);
}

describe.each(guarded)('%s: no spelling of its path gets past the guard', (_, route) => {
  const outsider = outsiderOf(route);
  const callers = [undefined, ...(outsider === undefined ? [] : [outsider])];
  const requests = callers.flatMap((as) => SPELLINGS.map((spell) => ({ as, target: spell(pathOf(route)) })));

  test('whoever may not is refused', async () => {
    for (const { as, target } of requests) {
      const answer = await sent(gateway, route, target, as);
      expect({ target, answer }).toEqual({
        target,
        answer: expect.stringMatching(/^HTTP\/1\.1 (400|401|403|404|405) [^]*application\/problem\+json/),
      });
    }
    expect(gateway.services.asked).toEqual([]);
  });

  test('or gets the console, where there is one, and nothing else', async () => {
    for (const { as, target } of requests) {
      const answer = await sent(withConsole, route, target, as);
      const isPage = answer.startsWith('HTTP/1.1 200 ') && answer.endsWith(INDEX);
      expect({ target, answer: isPage ? 'the console' : answer }).toEqual({
        target,
        answer: expect.stringMatching(/^the console$|^HTTP\/1\.1 (400|401|403|404|405) /),
      });
    }
    expect(gateway.services.asked).toEqual([]);
  });
});

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

describe.each(guarded.filter(([, { success }]) => !success.events))('%s', (name, route) => {
  const call = (headers: Record<string, string> = {}, query = '') =>
    gateway.call(route.method, `${pathOf(route)}${query}`, {
      ...{ as: 'viewer', key: 'key-1', headers },
      body: route.method === 'GET' ? undefined : (bodyExamples[name] ?? {}),
    });
  const asked = () => gateway.services.asked.map(({ type, data }) => ({ type, data }));

  test('is what it is, whatever other method or path a header names', async () => {
    const plain = await call();
    const askedPlainly = asked();
    for (const method of METHODS.filter((each) => each !== route.method)) {
      gateway.services.forget();
      const { status } = await call({
        'x-http-method-override': method,
        'x-http-method': method,
        'x-method-override': method,
        'x-original-method': method,
        'x-original-url': '/healthz',
        'x-rewrite-url': '/healthz',
        'x-forwarded-prefix': '/healthz',
      });
      expect({ method, status, asked: asked() }).toEqual({
        ...{ method, status: plain.status, asked: askedPlainly },
      });
    }
  });

  test('takes no method from the query', async () => {
    for (const method of METHODS) {
      const { status } = await call({}, `?_method=${method}`);
      expect([400, 403]).toContain(status);
    }
    expect(gateway.services.asked).toEqual([]);
  });
});

test.each(['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'PROPFIND', 'QUERY'])(
  '%s opens nothing to strangers that its path keeps closed',
  async (method) => {
    for (const [, route] of guarded) {
      const answer = await sent(gateway, { ...route, method } as unknown as Route, pathOf(route), undefined);
      expect({ path: route.path, answer }).toEqual({
        path: route.path,
        answer: expect.stringMatching(/^HTTP\/1\.1 (204|400|401|404|405) /),
      });
    }
    expect(gateway.services.asked).toEqual([]);
  },
);
