import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WEB_SERVER, type Customer } from './customer.ts';
import { World } from './world.ts';

/** What is valid by its schema and makes no sense, and ways around the routes; every-route.spec.ts does all the rest. */
let world: World;
let customer: Customer;

beforeAll(async () => {
  world = await World.start();
  customer = await world.customer();
}, 120_000);

afterAll(() => world?.stop(), 60_000);

describe('a launch', () => {
  const launched = async (body: object, key: string = crypto.randomUUID()) => {
    const response = await fetch(`${world.url}/v1/servers`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${customer.api.token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    });
    const { code } = (await response.json()) as { code: string };
    return { status: response.status, code };
  };

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
    expect(await launched({ ...WEB_SERVER, ...change })).toEqual({ status, code });
  });

  test('without an idempotency key: 400', async () => {
    expect(await launched(WEB_SERVER, '')).toEqual({ status: 400, code: 'idempotency_key_required' });
  });

  test('that was refused has left nothing', async () => {
    expect(await customer.servers('&includeTerminated=true')).toEqual([]);
  });
});

describe('paths', () => {
  test.each(['/v1/nothing', '/v2/servers', '/V1/servers', '//v1/servers', '/%761/servers', '/v1/servers/'])(
    '%s is no way around: never an answer with data',
    async (path) => {
      const { status } = await fetch(world.url + path);
      expect([400, 401, 404]).toContain(status);
    },
  );

  test('a method that the path does not have: 405, and says which it has', async () => {
    const response = await fetch(`${world.url}/v1/servers`, { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toMatch(/GET.*POST|POST.*GET/);
  });
});
