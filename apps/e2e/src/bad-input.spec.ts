import { routes, type Route } from '@berth/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WEB_SERVER, type Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let customer: Customer;
let serverId: string;

beforeAll(async () => {
  world = await World.start();
  customer = await world.customer();
  serverId = (await customer.running()).id;
}, 120_000);

afterAll(() => world?.stop(), 60_000);

const ABSENT = {
  server: 'srv_01jq0000000000000000000000',
  operation: 'op_01jq0000000000000000000000',
  token: 'tok_01jq0000000000000000000000',
};

/** A path of the route with ids that nobody has. */
const absentPath = ({ path }: Route) =>
  path.replace(
    '{id}',
    path.includes('operations') ? ABSENT.operation : path.includes('tokens') ? ABSENT.token : ABSENT.server,
  );

interface Answer {
  status: number;
  type: string | null;
  body: { code?: string; requestId?: string; status?: number };
}

async function send(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(world.url + path, {
    method,
    headers: {
      authorization: `Bearer ${customer.api.token}`,
      'idempotency-key': crypto.randomUUID(),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: text ? JSON.parse(text) : {},
  };
}

function expectProblem(answer: Answer, statuses: number[]): void {
  expect(answer.type).toMatch(/^application\/problem\+json/);
  expect(statuses).toContain(answer.status);
  expect(answer.body).toMatchObject({
    status: answer.status,
    code: expect.any(String),
    requestId: expect.any(String),
  });
}

/** The route's body with `{"$ne": 1}` in every field; a route without fields gets one. */
const objects = ({ body }: Route) =>
  Object.fromEntries(
    Object.keys(body?.shape ?? {})
      .concat('x')
      .map((field) => [field, { $ne: 1 }]),
  );

const all = Object.entries<Route>(routes);
const withBody = all.filter(([, route]) => route.body);
const guarded = all.filter(([, { permission }]) => permission !== 'public');

describe.each(guarded)('%s', (_, route) => {
  test.each([
    ['no credential', { authorization: '' }],
    ['an unknown token', { authorization: 'Bearer brt_0000000000000000000000000000000000000000' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
  ])('with %s: 401', async (_name, headers) => {
    expectProblem(await send(route.method, absentPath(route), route.body && '{}', headers), [401]);
  });
});

describe.each(withBody)('%s', (_, route) => {
  const valid: Record<string, unknown> =
    route.path === '/v1/servers' ? { ...WEB_SERVER } : route.path === '/v1/tokens' ? { name: 'ci' } : {};

  test.each<[string, string, number[]]>([
    ['malformed JSON', '{"name":', [400]],
    ['an array', '[]', [400]],
    ['a bare string', '"x"', [400]],
    ['null', 'null', [400]],
    ['an unknown field', JSON.stringify({ ...valid, isAdmin: true }), [400]],
    ['a prototype key', '{"__proto__":{"role":"owner"}}', [400]],
    ['an object where a string belongs', JSON.stringify(objects(route)), [400]],
    ['a 2 MB body', JSON.stringify({ ...valid, name: 'x'.repeat(2_000_000) }), [413]],
    ['a depth of 1,000', '{"a":'.repeat(1000) + '1' + '}'.repeat(1000), [400]],
  ])('given %s: refused', async (_name, body, statuses) => {
    expectProblem(await send(route.method, absentPath(route), body), statuses);
  });

  test('given something that is not JSON: 415', async () => {
    const answer = await send(route.method, absentPath(route), 'a=b', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expectProblem(answer, [415]);
  });
});

describe('ids', () => {
  const byId = all.filter(([, { path }]) => path.includes('{id}'));

  test.each(byId)('%s of an absent id: 404', async (_, route) => {
    const body = route.body && (route.path.endsWith('{id}') ? '{"name":"x"}' : '{}');
    const answer = await send(route.method, absentPath(route), body);
    expectProblem(answer, [404]);
    expect(answer.body.code).toBe('not_found');
  });

  test.each(byId)('%s of what is no id at all: the same 404', async (_, route) => {
    for (const id of ['1', 'srv_', '..%2f..', '%00', '%7B%22$ne%22:1%7D', 'x'.repeat(300)]) {
      expectProblem(await send(route.method, route.path.replace('{id}', id), route.body && '{}'), [404]);
    }
  });
});

describe('queries', () => {
  test.each([
    '/v1/servers?limit=0',
    '/v1/servers?limit=1e9',
    '/v1/servers?cursor=rubbish',
    '/v1/servers?status=sleeping',
    '/v1/servers?unknown=1',
    '/v1/servers?q[$ne]=1',
    '/v1/servers?limit=1&limit=2',
    '/v1/usage',
    '/v1/usage?from=yesterday&to=today',
    '/v1/operations?server=1',
  ])('%s: 400', async (path) => {
    expectProblem(await send('GET', path), [400]);
  });
});

describe('a launch', () => {
  test.each<[string, object, number, string]>([
    ['of an unknown product', { product: 'nothing' }, 422, 'unknown_offer'],
    ['of an unknown version', { version: '0.0' }, 422, 'unknown_offer'],
    ['of an unknown size', { size: 'xxxl' }, 422, 'unknown_offer'],
    ['in an unknown region', { region: 'mars-north-1' }, 422, 'unknown_offer'],
    ['in a zone of another region', { zone: 'us-east-1a' }, 422, 'unknown_offer'],
    ['with too small a disk', { diskGib: 1 }, 422, 'unknown_offer'],
    ['with a reserved host name', { hostname: 'www' }, 422, 'hostname_reserved'],
    ['with half a gibibyte', { diskGib: 20.5 }, 400, 'invalid_request'],
    ['with a bad host name', { hostname: '-x-' }, 400, 'invalid_request'],
    ['with a number for a name', { name: 7 }, 400, 'invalid_request'],
    ['with a nested tag', { tags: { a: { $gt: '' } } }, 400, 'invalid_request'],
  ])('%s: %j is %i %s', async (_, change, status, code) => {
    const answer = await send('POST', '/v1/servers', JSON.stringify({ ...WEB_SERVER, ...change }));
    expect(answer).toMatchObject({ status, body: { code } });
  });

  test('without an idempotency key: 400', async () => {
    const answer = await send('POST', '/v1/servers', JSON.stringify(WEB_SERVER), { 'idempotency-key': '' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency_key_required' } });
  });
});

describe('paths', () => {
  test.each(['/v1/nothing', '/v2/servers', '/V1/servers', '//v1/servers', '/%761/servers', '/v1/servers/'])(
    '%s is no way around: never an answer with data',
    async (path) => {
      const answer = await send('GET', path, undefined, { authorization: '' });
      expect([400, 401, 404]).toContain(answer.status);
    },
  );

  test('a method that the path does not have: 405, and says which it has', async () => {
    const response = await fetch(`${world.url}/v1/servers`, { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toMatch(/GET.*POST|POST.*GET/);
  });
});

test('after all of this the server is as it was, and no other has come', async () => {
  const servers = await customer.servers('&includeTerminated=true');
  expect(servers).toMatchObject([{ id: serverId, status: 'running', name: WEB_SERVER.name }]);
});
