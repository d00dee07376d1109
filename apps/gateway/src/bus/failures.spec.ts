import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { GetOffer, GetOperation, GetServer, LaunchServer, SignUp, UpdateServer } from '@berth/contracts';
import { Broadcasts, problem, ProblemError, Requests } from '@berth/messaging';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { bodyExamples } from '../openapi/examples.ts';
import { logged, GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import * as sample from '../fixtures/samples.ts';
import { Pending } from './pending.ts';

const { ids } = sample;

let bus: TestBroker;
let gateway: GatewayUnderTest;
let release: () => void;
/** Settles at the end of the spec, so that no stub is left with an answer it owes. */
let never: Promise<never>;

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
  logged.length = 0;
  never = new Promise((_, reject) => (release = () => reject(new Error('the spec is over'))));
  never.catch(() => {});
});

const launch = (key = 'key-1') =>
  gateway.call('POST', '/v1/servers', { as: 'owner', key, body: bodyExamples.launchServer });
const readCatalog = () => gateway.call('GET', '/v1/catalog', { as: 'viewer' });

describe('a service that does not answer in time', () => {
  test('leaves the outcome of an order unknown, that of a question unanswered', async () => {
    gateway.services.answer(LaunchServer, () => never);
    gateway.services.answer(UpdateServer, () => never);
    gateway.services.answer(GetOffer, () => never);
    const body = { name: 'Orders' };
    const [withKey, without, asked] = await Promise.all([
      launch(),
      gateway.call('PATCH', `/v1/servers/${ids.server}`, { as: 'owner', body }),
      readCatalog(),
    ]);
    release();
    expect(withKey).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
    expect(withKey.headers.get('retry-after')).toBe('2');
    expect(withKey.body.detail).toContain('same Idempotency-Key');
    expect(without).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
    expect(without.body.detail).toContain('Look whether it was done');
    expect(asked).toMatchObject({ status: 503, body: { code: 'dependency_unavailable' } });
    expect(asked.headers.get('retry-after')).toBe('5');
    expect(logged.filter((line) => line.includes(String(withKey.body.requestId)))).toHaveLength(1);
  }, 20_000);
});

describe('a service whose database is away', () => {
  test('leaves the outcome of an order unknown, that of a question unanswered', async () => {
    const unsure = () => {
      throw problem('outcome_unknown');
    };
    gateway.services.answer(LaunchServer, unsure);
    gateway.services.answer(GetOffer, unsure);
    const [ordered, asked] = await Promise.all([launch(), readCatalog()]);
    expect(ordered).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
    expect(ordered.body.detail).toContain('same Idempotency-Key');
    expect(asked).toMatchObject({ status: 503, body: { code: 'dependency_unavailable' } });
    expect(asked.headers.get('retry-after')).toBe('5');
  });
});

describe('a lost bus', () => {
  test('leaves the outcome of an order unknown, that of a question unanswered, at once; both work again soon', async () => {
    gateway.services.answer(LaunchServer, () => never);
    gateway.services.answer(GetOffer, () => never);
    const answers = Promise.all([launch(), readCatalog()]);
    await eventually(() => gateway.services.asked.length === 2);
    const killedAt = performance.now();
    bus.killConnections();
    const [ordered, asked] = await answers;
    expect(performance.now() - killedAt).toBeLessThan(5_000);
    expect(ordered).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
    expect(asked).toMatchObject({ status: 503, body: { code: 'dependency_unavailable' } });
    release();
    gateway.services.answer(GetOffer, () => sample.catalog);
    await eventually(async () => expect((await readCatalog()).status).toBe(200), { within: 15_000 });
  }, 30_000);
});

describe('a service that was never started', () => {
  let alone: GatewayUnderTest;
  let empty: TestBroker;
  beforeAll(async () => {
    empty = await broker();
    alone = await GatewayUnderTest.start(empty.url, {}, { services: false });
  });
  afterAll(async () => {
    await alone?.stop();
    await empty?.stop();
  });

  test('is away for orders and for callers that have to be known first', async () => {
    const answers = [
      await alone.call('POST', '/v1/sessions', { body: bodyExamples.logIn }),
      await alone.call('POST', '/v1/servers', { as: 'owner', key: 'k', body: bodyExamples.launchServer }),
    ];
    for (const { status, body, headers } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'dependency_unavailable' });
      expect(headers.get('retry-after')).toBe('5');
    }
  });

  test('makes /readyz say which, while /healthz goes on', async () => {
    const { status, body } = await alone.call('GET', '/readyz');
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'not_ready' });
    const services = ['accounts', 'catalog', 'provisioning', 'dns', 'state-tracking', 'billing'];
    expect(body.notReady).toEqual(services.map((service) => ({ service, checks: [] })));
    expect((await alone.call('GET', '/healthz')).status).toBe(200);
  });
});

describe('what a service says', () => {
  test('reaches the client as it is: code, status, detail, errors and further members', async () => {
    gateway.services.answer(LaunchServer, () => {
      throw new ProblemError({
        code: 'quota_exceeded',
        status: 422,
        title: 'No more for you',
        detail: '20 servers',
        errors: [{ pointer: '/size', detail: 'too much' }],
        extensions: { limit: 20, used: 20, code: 'forged', requestId: 'forged' },
      });
    });
    const { status, body, headers } = await launch();
    expect(status).toBe(422);
    expect(body).toEqual({
      type: '/problems#quota_exceeded',
      title: 'The account has reached its limit',
      status: 422,
      detail: '20 servers',
      instance: '/v1/servers',
      code: 'quota_exceeded',
      requestId: headers.get('x-request-id'),
      errors: [{ pointer: '/size', detail: 'too much' }],
      limit: 20,
      used: 20,
    });
  });

  test('stays inside when it is a fault of ours, which is logged once with the request id', async () => {
    gateway.services.answer(GetServer, () => {
      throw new Error('connect mongodb://user:hunter2@db failed');
    });
    const { status, body, text } = await gateway.call('GET', `/v1/servers/${ids.server}`, { as: 'owner' });
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'internal_error' });
    expect(text).not.toContain('hunter2');
    expect(logged.filter((line) => line.includes(String(body.requestId)))).toHaveLength(1);
  });

  test('is of no use to a client when only the service knows the fault by name', async () => {
    gateway.services.answer(LaunchServer, () => {
      throw new ProblemError({
        code: 'disk_full',
        status: 507,
        title: 'No space left on the data disk',
      });
    });
    const { status, body } = await launch();
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'dependency_unavailable' });
    expect(logged.join()).toContain('No space left on the data disk');
  });

  test('is a fault of ours when it breaks the contract', async () => {
    gateway.services.answer(GetServer, () => ({ ...sample.taggedServer, status: 'exploded' as 'running' }));
    const { status, body } = await gateway.call('GET', `/v1/servers/${ids.server}`, { as: 'owner' });
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'internal_error' });
    expect(logged).toHaveLength(1);
  });

  test('goes no further than the route names', async () => {
    gateway.services.answer(GetServer, () => ({
      ...sample.taggedServer,
      sealedSecret: 'x',
      price: { ...sample.server.price, margin: 9 },
    }));
    const { body } = await gateway.call('GET', `/v1/servers/${ids.server}`, { as: 'owner' });
    expect(body).toEqual(sample.server);
  });
});

describe('an Idempotency-Key', () => {
  const keyed = (ask: jest.SpiedFunction<Requests['ask']>, type: string) =>
    ask.mock.calls.filter(([request]) => request.type === type).map(([, , options]) => options);

  test('goes to the service in the name of the account', async () => {
    const ask = jest.spyOn(gateway.app.get(Requests), 'ask');
    gateway.services.answer(LaunchServer, () => sample.accepted);
    await launch('!~key');
    const { actor, accountId } = sample.principal('owner');
    expect(keyed(ask, LaunchServer.type)).toMatchObject([{ idempotencyKey: '!~key', accountId, actor }]);
  });

  test('of a stranger never meets that of another', async () => {
    const ask = jest.spyOn(gateway.app.get(Requests), 'ask');
    gateway.services.answer(SignUp, () => sample.me);
    const signUp = (email: string) =>
      gateway.call('POST', '/v1/signup', { key: 'key-1', body: { ...bodyExamples.signUp, email } });
    await signUp('ada@example.com');
    await signUp('ADA@example.com');
    await signUp('eve@example.com');
    const scopes = keyed(ask, SignUp.type).map((options) => options?.actor?.id);
    expect(scopes[0]).toMatch(/^signup:[0-9a-f]{64}$/);
    expect(scopes[1]).toBe(scopes[0]);
    expect(scopes[2]).not.toBe(scopes[0]);
  });
});

describe('a wait for an operation', () => {
  const operation = `/v1/operations/${ids.operation}`;

  test('is given the time it asks for and a little more', async () => {
    const ask = jest.spyOn(gateway.app.get(Requests), 'ask');
    gateway.services.answer(GetOperation, () => sample.operation);
    await gateway.call('GET', `${operation}?wait=60`, { as: 'viewer' });
    expect(ask.mock.calls.at(-1)?.[2]).toMatchObject({ deadlineSeconds: 65 });
    expect(await gateway.call('GET', `${operation}?wait=61`, { as: 'viewer' })).toMatchObject({
      status: 400,
    });
  });

  test('whose client goes away keeps no place', async () => {
    gateway.services.answer(GetOperation, () => never);
    const counts = () => gateway.app.get(Pending)['counts'].get(GetOperation.type);
    const client = new AbortController();
    const headers = { authorization: 'Bearer brt_viewer' };
    const url = `http://127.0.0.1:${gateway.port}${operation}?wait=60`;
    const answer = fetch(url, { headers, signal: client.signal });
    await eventually(() => counts() === 1);
    client.abort();
    await expect(answer).rejects.toThrow();
    await eventually(() => counts() === 0);
    release();
    expect(logged).toEqual([]);
  });
});

test('a gateway that hears no broadcasts is not ready: it would not learn that access ended', async () => {
  const hears = jest.spyOn(gateway.app.get(Broadcasts), 'attached', 'get').mockReturnValue(false);
  const notReady = [{ service: 'gateway', checks: ['hears broadcasts'] }];
  await eventually(async () =>
    expect(await gateway.call('GET', '/readyz')).toMatchObject({ status: 503, body: { notReady } }),
  );
  hears.mockRestore();
});

test('all services ready make /readyz 200', async () => {
  await eventually(async () =>
    expect(await gateway.call('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } }),
  );
});
