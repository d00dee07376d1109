import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PROBLEMS, routes, type ProblemCode, type Route } from '@berth/contracts';
import { broker, type TestBroker } from '@berth/testing';
import { bodyExamples } from '../openapi/examples.ts';
import { logged, GatewayUnderTest, type Answered, type Call } from '../fixtures/gateway-under-test.ts';
import { pathOf, userOf } from '../fixtures/paths.ts';
import { ids } from '../fixtures/samples.ts';

const MEBIBYTE = 1024 * 1024;

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
beforeEach(() => gateway.services.forget());

const all = Object.entries<Route>(routes);
const named = (wanted: (route: Route) => boolean) => all.filter(([, route]) => wanted(route));
const queryOf = ({ path }: Route) =>
  path === '/v1/usage' ? '?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z' : '';

/** A valid request to a route, but for what is said. */
const send = (name: string, route: Route, call: Call = {}, target = `${pathOf(route)}${queryOf(route)}`) =>
  gateway.call(route.method, target, { as: userOf(route), key: 'key-1', body: bodyExamples[name], ...call });

function expectProblem(answered: Answered, code: ProblemCode, instance?: string): void {
  expect(answered.body).toMatchObject({ code, status: PROBLEMS[code].status, title: PROBLEMS[code].title });
  expect(answered.status).toBe(PROBLEMS[code].status);
  expect(answered.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answered.body.requestId).toBe(answered.headers.get('x-request-id'));
  expect(answered.body.type).toBe(`/problems#${code}`);
  if (instance !== undefined) expect(answered.body.instance).toBe(instance);
  expect(gateway.services.asked).toEqual([]);
  expect(logged).toEqual([]);
}

describe.each(all)('%s', (name, route) => {
  test.each(['?unknown=1', '?__proto__=1', '?constructor=1', '?%00=1', '?toString', '?a&a', '?%ff=%zz'])(
    'refuses the query %s',
    async (query) => {
      const target = `${pathOf(route)}${queryOf(route) ? `${queryOf(route)}&${query.slice(1)}` : query}`;
      expectProblem(await send(name, route, {}, target), 'invalid_request', pathOf(route));
    },
  );
});

/** Those of staff take the ids of whatever there is. */
const takesTypeId = ({ params }: Route) =>
  params && 'id' in params.shape && !params.shape.id.safeParse('x').success;

describe.each(named((route) => !!takesTypeId(route)))('%s', (name, route) => {
  const ill = [
    'x',
    '%00',
    '..%2f..%2fetc%2fpasswd',
    '%zz',
    '__proto__',
    'constructor',
    `${pathOf(route).split('/')[3]}x`,
    `${pathOf(route).split('/')[3]?.toUpperCase()}`,
    'srv_%24ne',
    `srv_${'a'.repeat(5_000)}`,
    encodeURIComponent('{"$ne":1}'),
    '%F0%9F%92%A9',
  ];

  test('an id that cannot be one answers exactly like one that is absent', async () => {
    const absent = await send(name, route);
    expect(gateway.services.asked).toHaveLength(1);
    gateway.services.forget();
    for (const id of ill) {
      const answered = await send(name, route, {}, pathOf(route, id));
      expectProblem(answered, 'not_found');
      const { requestId: _requestId, instance: _instance, ...rest } = answered.body;
      expect(absent.body).toMatchObject(rest);
      expect(Object.keys(absent.body)).toEqual(Object.keys(answered.body));
    }
  });

  test('an id that cannot be one is no shortcut past the check of the rest', async () => {
    expectProblem(await send(name, route, {}, `${pathOf(route, 'x')}?unknown=1`), 'invalid_request');
  });
});

describe.each(named(({ method }) => method !== 'GET'))('%s', (name, route) => {
  test.each(['{', '{"a":}', 'null x', "{'a':1}", 'undefined', '{"a":1,}', '\u0000'])(
    'refuses %j as malformed JSON',
    async (body) => expectProblem(await send(name, route, { body }), 'malformed_json'),
  );

  test.each(['null', '[]', '"text"', '1', 'true', '[[]]'])('refuses the JSON %s', async (body) =>
    expectProblem(await send(name, route, { body }), 'invalid_request'),
  );

  test.each([
    { unknown: 1 },
    { $where: 'sleep(1000)' },
    { constructor: { prototype: { admin: true } } },
    JSON.parse('{"__proto__":{"admin":true}}'),
    { accountId: 'acc_01h455vb4pex5vsknk084sn02q' },
    { actor: { kind: 'system', id: 'x' } },
  ])('refuses the added fields %j', async (added) => {
    const example = bodyExamples[name] ?? {};
    // Of one body the account is a part.
    if (Object.keys(added).some((field) => Object.hasOwn(example, field))) return;
    const body = JSON.stringify(example).replace('{', `${JSON.stringify(added).slice(0, -1)},`);
    expectProblem(await send(name, route, { body: body.replace(',}', '}') }), 'invalid_request');
  });

  const deep = route.permission === 'public' ? 1_000 : 100_000;
  test.each([
    `${'['.repeat(deep)}${']'.repeat(deep)}`,
    `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
    `{"tags":${'{"a":'.repeat(40)}1${'}'.repeat(41)}`,
  ])('survives a body nested without end (%#)', async (body) =>
    expectProblem(await send(name, route, { body }), 'invalid_request'),
  );

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/jsonp',
  ])('refuses a body of type %s', async (type) =>
    expectProblem(
      await send(name, route, { body: '{}', headers: { 'content-type': type } }),
      'unsupported_media_type',
    ),
  );

  test('asks who it is from before it looks at the type of the body', async () => {
    if (route.permission === 'public') return;
    for (const type of ['', 'json', '/', 'application/json; charset', 'application/json;;']) {
      const headers = [`content-type: ${type}`, 'content-length: 2', 'connection: close'];
      const text = requestText(route, headers, '{}');
      expect(await gateway.raw(text.replace(/Bearer brt_\w+/, 'Bearer x'))).toContain(
        '"code":"unauthenticated"',
      );
      expect(await gateway.raw(text)).toContain('"code":"unsupported_media_type"');
    }
  });

  test('refuses a body larger than 1 MiB', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(2 * MEBIBYTE) });
    expectProblem(await send(name, route, { body }), 'body_too_large');
  });

  test('refuses bytes that are not UTF-8', async () => {
    const answer = await gateway.raw(
      requestText(
        route,
        ['content-type: application/json', 'content-length: 3', 'connection: close'],
        '"\xff"',
      ),
    );
    expect(answer).toContain('"code":"malformed_json"');
  });
});

function requestText(route: Route, headers: string[], body: string): string {
  const head = [
    `${route.method} ${pathOf(route)} HTTP/1.1`,
    'host: localhost',
    `authorization: Bearer brt_${userOf(route)}`,
  ];
  return [...head, 'idempotency-key: key-1', ...headers, '', body].join('\r\n');
}

describe.each(named(({ body }) => body !== undefined).filter(([name]) => bodyExamples[name]))(
  '%s',
  (name, route) => {
    const example = bodyExamples[name] ?? {};

    test.each(Object.keys(example))(
      'refuses an object, an array and a number too large as %s',
      async (field) => {
        const values: unknown[] = [{ $ne: 1 }, { $gt: '' }, [], ['a'], 1e308, null, { toString: 1 }];
        // Some fields may be null, or an empty list.
        const bad = values.filter((value) => !route.body?.safeParse({ ...example, [field]: value }).success);
        expect(bad).toEqual(expect.arrayContaining([{ $ne: 1 }, { $gt: '' }, 1e308, { toString: 1 }]));
        for (const value of bad) {
          const answered = await send(name, route, { body: { ...example, [field]: value } });
          expectProblem(answered, 'invalid_request');
          const [error] = answered.body.errors as { pointer: string; detail: string }[];
          expect(error?.pointer).toMatch(new RegExp(`^/${field}(/|$)`));
        }
      },
    );

    test('names every field that is wrong, and none of the values', async () => {
      const body = Object.fromEntries(Object.keys(example).map((field) => [field, { 'secret-value': 1 }]));
      const answered = await send(name, route, { body });
      const errors = answered.body.errors as { pointer: string }[];
      expect(new Set(errors.map(({ pointer }) => pointer.split('/')[1]))).toEqual(
        new Set(Object.keys(example)),
      );
      expect(answered.body.detail).toBe('The body is not valid.');
    });
  },
);

describe.each(named(({ idempotency }) => idempotency !== undefined))('%s', (name, route) => {
  test.each(['x'.repeat(201), 'a b', 'a, b'])('refuses the Idempotency-Key %j', async (key) => {
    const answered = await send(name, route, { key });
    expectProblem(answered, 'invalid_request');
  });
});

test.each(named(({ idempotency }) => idempotency === 'required'))(
  '%s needs an Idempotency-Key',
  async (name, route) => {
    expectProblem(await send(name, route, { key: undefined }), 'idempotency_key_required');
    expectProblem(await send(name, route, { key: '' }), 'idempotency_key_required');
  },
);

test.each(named(({ query }) => query !== undefined && 'limit' in query.shape))(
  '%s refuses limits that are none',
  async (name, route) => {
    const joint = queryOf(route) ? '&' : '?';
    for (const limit of [
      '0',
      '201',
      '-1',
      '1.5',
      'x',
      '',
      'NaN',
      '1e1',
      '0x10',
      ' 5',
      '+5',
      '9'.repeat(400),
    ]) {
      const answered = await send(name, route, {}, `${pathOf(route)}${queryOf(route)}${joint}limit=${limit}`);
      expectProblem(answered, 'invalid_request');
      expect(answered.body.errors).toMatchObject([{ pointer: '/limit' }]);
    }
  },
);

test('a tag named __proto__ is refused, one named constructor is a tag like any other', async () => {
  const tagged = (tags: string) =>
    JSON.stringify({ ...bodyExamples.launchServer, tags: {} }).replace('"tags":{}', tags);
  const launch = (tags: string) =>
    gateway.call('POST', '/v1/servers', { as: 'owner', key: 'key-1', body: tagged(`"tags":${tags}`) });
  expectProblem(await launch('{"__proto__":"x"}'), 'invalid_request');
  await launch('{"constructor":"x"}');
  expect(gateway.services.asked).toMatchObject([{ data: { tags: { constructor: 'x' } } }]);
});

test('a body of nothing but errors gets a short answer', async () => {
  const body = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`field-${index}`, 1]));
  const answered = await gateway.call('POST', '/v1/servers', { as: 'owner', key: 'key-1', body });
  expectProblem(answered, 'invalid_request');
  expect(answered.text.length).toBeLessThan(5_000);
});

test.each([
  ['PUT', '/v1/servers', 'POST, GET, HEAD, OPTIONS'],
  ['POST', '/v1/limits', 'GET, HEAD, OPTIONS'],
  ['DELETE', '/v1/catalog', 'GET, HEAD, OPTIONS'],
  ['PATCH', `/v1/servers/${ids.server}/actions/pause`, 'POST, OPTIONS'],
  ['HEAD', `/v1/servers/${ids.server}/actions/pause`, 'POST, OPTIONS'],
  ['TRACE', '/healthz', 'GET, HEAD, OPTIONS'],
  ['PROPFIND', '/v1/servers', 'POST, GET, HEAD, OPTIONS'],
])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
  const answer = await gateway.raw(
    `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 405 /);
  expect(answer).toContain(`allow: ${allow}\r\n`);
  expect(answer).toContain('content-type: application/problem+json');
});

test.each([
  '/v1',
  '/v2/servers',
  '/v1/servers/a/b',
  '/v1/nothing',
  '/favicon.ico',
  '/.env',
  '/v1/servers/../../etc',
])('GET %s is 404', async (path) => expectProblem(await gateway.call('GET', path), 'not_found'));
