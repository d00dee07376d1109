import { ApiProblem, untilAnswered } from '@berth/local';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let ada: Customer;
let grace: Customer;

beforeAll(async () => {
  world = await World.start();
  [ada, grace] = await Promise.all([world.customer(), world.customer()]);
}, 120_000);

afterAll(() => world?.stop(), 60_000);

const refused = async (call: Promise<unknown>): Promise<{ status: number; code: string }> =>
  call.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => {
      if (error instanceof ApiProblem) return { status: error.status, code: error.code };
      throw error;
    },
  );

const NOT_FOUND = { status: 404, code: 'not_found' };

describe('two accounts', () => {
  test("never see each other's servers, operations, history, usage or tokens", async () => {
    const accepted = await ada.launch({ name: 'Hers alone' });
    const { id } = accepted.server;
    const token = await ada.api.post<{ id: string }>('/v1/tokens', { name: 'ci' });

    expect(await grace.servers('&includeTerminated=true')).toEqual([]);
    expect((await grace.api.get<{ items: unknown[] }>('/v1/operations')).items).toEqual([]);
    expect((await grace.api.get<{ items: unknown[] }>('/v1/tokens')).items).toEqual([]);
    expect(await grace.usage(id)).toEqual([]);
    for (const call of [
      grace.api.get(`/v1/servers/${id}`),
      grace.api.patch(`/v1/servers/${id}`, { name: 'Mine now' }),
      grace.api.get(`/v1/servers/${id}/timeline`),
      grace.act(id, 'pause'),
      grace.act(id, 'resume'),
      grace.act(id, 'restart'),
      grace.terminate(id),
      grace.api.get(`/v1/operations/${accepted.operation.id}`),
      grace.api.post(`/v1/operations/${accepted.operation.id}/cancel`),
      grace.api.delete(`/v1/tokens/${token.id}`),
    ]) {
      expect(await refused(call)).toEqual(NOT_FOUND);
    }
    expect((await ada.succeeded(accepted)).name).toBe('Hers alone');
  }, 60_000);

  test('cannot have the same host name', async () => {
    await ada.launch({ hostname: 'wanted' });
    expect(await refused(grace.launch({ hostname: 'wanted' }))).toEqual({
      status: 409,
      code: 'hostname_taken',
    });
  });
});

describe('an API token', () => {
  const tokenOf = async (heldTo: object) => {
    const { token } = await ada.api.post<{ token: string }>('/v1/tokens', { name: 'program', ...heldTo });
    return new Customer(ada.api.as(token), ada.login);
  };

  test('that only reads launches nothing, and makes no other token', async () => {
    const program = await tokenOf({ scopes: ['read'] });
    await program.servers();
    const forbidden = { status: 403, code: 'forbidden' };
    expect(await refused(program.launch({ name: 'By a reader' }))).toEqual(forbidden);
    expect(await refused(program.api.post('/v1/tokens', { name: 'more' }))).toEqual(forbidden);
    expect(await ada.servers('&q=reader')).toEqual([]);
  });

  test('for servers launches one, and sees no costs', async () => {
    const program = await tokenOf({ scopes: ['servers'] });
    await program.succeeded(await program.terminate((await program.running()).id));
    expect(await refused(program.api.get('/v1/costs'))).toEqual({ status: 403, code: 'forbidden' });
  }, 60_000);

  test('of networks elsewhere is like no token at all, and of those here like any', async () => {
    const elsewhere = await tokenOf({ networks: ['192.0.2.0/24', '2001:db8::/32'] });
    expect(await refused(elsewhere.servers())).toEqual({ status: 401, code: 'unauthenticated' });
    await (await tokenOf({ networks: ['127.0.0.0/8', '::1'] })).servers();
  });
});

describe('the same key', () => {
  test('50 identical POSTs at once make one server, and all get the same answer', async () => {
    const key = crypto.randomUUID();
    const launch = () => untilAnswered(() => ada.launch({ name: 'Once' }, key));
    const answers = await Promise.all(Array.from({ length: 50 }, launch));
    expect(new Set(answers.map(({ server }) => server.id)).size).toBe(1);
    expect(new Set(answers.map(({ operation }) => operation.id)).size).toBe(1);
    expect((await ada.servers('&q=once')).length).toBe(1);
    const { id } = answers[0]!.server;
    await ada.succeeded(answers[0]!);
    expect(await world.aws.instances(id)).toHaveLength(1);
  }, 60_000);

  test('with another body it is refused, for another account it is another key', async () => {
    const key = crypto.randomUUID();
    const first = await ada.launch({ name: 'First' }, key);
    expect(await refused(ada.launch({ name: 'Second' }, key))).toEqual({
      status: 422,
      code: 'idempotency_key_reused',
    });
    expect((await grace.launch({ name: 'First' }, key)).server.id).not.toBe(first.server.id);
  });
});

describe('what cannot be done now', () => {
  test('one operation at a time, but terminate always wins', async () => {
    const accepted = await ada.launch();
    const { id } = accepted.server;
    expect(await refused(ada.act(id, 'pause'))).toEqual({ status: 409, code: 'server_locked' });
    await ada.succeeded(await ada.terminate(id));
    expect((await ada.ended(accepted.operation.id)).status).toBe('canceled');
    expect(await world.aws.instances(id)).toEqual([]);
    expect(await world.aws.volumes(id)).toEqual([]);
  }, 60_000);

  test('resuming what runs and pausing what is gone', async () => {
    const server = await ada.running();
    expect(await refused(ada.act(server.id, 'resume'))).toEqual({ status: 409, code: 'invalid_state' });
    await ada.succeeded(await ada.terminate(server.id));
    expect(await refused(ada.act(server.id, 'pause'))).toEqual({ status: 409, code: 'invalid_state' });
  }, 60_000);

  test('terminating what is protected', async () => {
    const server = await ada.running();
    await ada.api.patch(`/v1/servers/${server.id}`, { protected: true });
    expect(await refused(ada.terminate(server.id))).toEqual({ status: 409, code: 'server_protected' });
    await ada.api.patch(`/v1/servers/${server.id}`, { protected: false });
    await ada.succeeded(await ada.terminate(server.id));
  }, 60_000);
});
