import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { visit } from '@berth/local';
import { eventually } from '@berth/testing';
import { WEB_SERVER, type Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let customer: Customer;

beforeAll(async () => {
  world = await World.start();
  customer = await world.customer();
}, 120_000);

afterEach(() => world?.aws.noFaults());

afterAll(() => world?.stop(), 60_000);

async function expectNothingLeft(id: string, hostname: string): Promise<void> {
  await eventually(async () => {
    expect(await world.aws.instances(id)).toEqual([]);
    expect(await world.aws.volumes(id)).toEqual([]);
    expect(await world.aws.address(hostname)).toBeNull();
  });
}

test.each(['provisioning', 'configuring'] as const)(
  'provisioning killed while a server is %s: it still comes up, once',
  async (status) => {
    const accepted = await customer.launch();
    await customer.reached(accepted.server.id, status);
    world.kill('provisioning');
    // Until it is back it is answered 503, for as long as its start takes here.
    await customer.reached(accepted.server.id, 'running', 60_000);
    const server = await customer.succeeded(accepted);
    expect(server.status).toBe('running');
    expect(await world.aws.instances(server.id)).toHaveLength(1);
    expect(await world.aws.volumes(server.id)).toHaveLength(2);
  },
  90_000,
);

test('every service killed in mid-launch: it still comes up, once', async () => {
  const accepted = await customer.launch();
  for (const service of ['dns', 'state-tracking', 'provisioning', 'billing']) world.kill(service);
  const server = await customer.reached(accepted.server.id, 'running', 60_000);
  expect(await world.aws.instances(server.id)).toHaveLength(1);
}, 90_000);

test('with every notification lost a server still comes up, pauses and resumes', async () => {
  await world.aws.faults({ notifications: { drop: 1 } });
  const server = await customer.running();
  await customer.succeeded(await customer.act(server.id, 'pause'));
  const resumed = await customer.succeeded(await customer.act(server.id, 'resume'));
  expect(resumed.status).toBe('running');
}, 120_000);

test('without capacity a launch waits, says for what, and comes up when there is some', async () => {
  await world.aws.faults({ capacity: { '*/*': 0 } });
  const accepted = await customer.launch();
  const waiting = await customer.reached(accepted.server.id, 'waiting_for_capacity');
  expect(waiting.waitingFor).toMatch(/in eu-central-1/);
  expect(waiting.failure).toBeNull();
  await world.aws.noFaults();
  await world.aws.advance(60);
  expect((await customer.succeeded(accepted)).status).toBe('running');
}, 90_000);

test('a launch that waits for capacity can be cancelled', async () => {
  await world.aws.faults({ capacity: { '*/*': 0 } });
  const accepted = await customer.launch();
  await customer.reached(accepted.server.id, 'waiting_for_capacity');
  await customer.api.post(`/v1/operations/${accepted.operation.id}/cancel`);
  expect((await customer.ended(accepted.operation.id)).status).toBe('canceled');
  await customer.reached(accepted.server.id, 'terminated');
  await world.aws.noFaults();
  await expectNothingLeft(accepted.server.id, accepted.server.hostname);
}, 60_000);

test('a resume without capacity waits; cancelled, the server is paused', async () => {
  const server = await customer.running();
  await customer.succeeded(await customer.act(server.id, 'pause'));
  await world.aws.faults({ capacity: { '*/*': 0 } });
  const { operation } = await customer.act(server.id, 'resume');
  await customer.reached(server.id, 'waiting_for_capacity');
  await customer.api.post(`/v1/operations/${operation.id}/cancel`);
  expect(await customer.reached(server.id, 'paused')).toMatchObject({ operation: null, ip: null });
}, 60_000);

test('a boot that never gets ready fails, takes everything away, and bills nothing', async () => {
  await world.aws.faults({ boots: { never_ready: { next: 1 } } });
  const accepted = await customer.launch();
  await customer.reached(accepted.server.id, 'configuring');
  await world.aws.advance(3600);
  const operation = await customer.ended(accepted.operation.id);
  expect(operation.status).toBe('failed');
  const server = await customer.server(accepted.server.id);
  expect(server).toMatchObject({ status: 'failed', failure: { code: 'boot_timeout', retryable: true } });
  await expectNothingLeft(server.id, server.hostname);
  await world.aws.advance(3600);
  expect(await customer.usage(server.id)).toEqual([]);
}, 90_000);

test('a failed launch is retried as the same server, and runs', async () => {
  await world.aws.faults({ boots: { never_ready: { next: 1 } } });
  const accepted = await customer.launch({ name: 'Second try' });
  const { id } = accepted.server;
  await customer.reached(id, 'configuring');
  await world.aws.advance(3600);
  expect(await customer.ended(accepted.operation.id)).toMatchObject({ error: { code: 'boot_timeout' } });
  expect(await customer.servers('&status=failed&q=second%20try')).toMatchObject([{ id }]);
  await world.aws.noFaults();
  // Refused until nothing is left of the failed launch.
  const retried = await eventually(() => customer.act(id, 'retry'), { within: 30_000 });
  expect(retried.server).toMatchObject({ id, failure: null });
  const server = await customer.succeeded(retried);
  expect(server).toMatchObject({ status: 'running', hostname: accepted.server.hostname });
  expect(await world.aws.address(server.hostname)).toBe(server.ip);
  expect(await visit(server.url)).toBe(200);
  expect(await world.aws.instances(id)).toHaveLength(1);
  expect((await customer.timeline(id)).map(({ to }) => to)).toEqual([
    ...['requested', 'provisioning', 'configuring', 'failed'],
    ...['requested', 'provisioning', 'configuring', 'running'],
  ]);
}, 120_000);

test('a launch without an answer in time is unknown; repeated with its key it is made, once', async () => {
  const body = { ...WEB_SERVER, name: 'Asked again' };
  const key = crypto.randomUUID();
  world.signal('provisioning', 'SIGSTOP');
  let answered: Response;
  try {
    answered = await fetch(`${world.url}/v1/servers`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${customer.api.token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    });
  } finally {
    world.signal('provisioning', 'SIGCONT');
  }
  expect(answered.status).toBe(503);
  expect(Number(answered.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answered.json()).toMatchObject({ code: 'outcome_unknown' });
  const first = await eventually(() => customer.launch(body, key), { within: 30_000 });
  expect(await customer.launch(body, key)).toEqual(first);
  expect(await customer.servers('&q=asked%20again')).toMatchObject([{ id: first.server.id }]);
  expect((await customer.succeeded(first)).status).toBe('running');
  expect(await world.aws.instances(first.server.id)).toHaveLength(1);
}, 120_000);

test('a launch terminated at any moment leaves nothing at AWS', async () => {
  for (const status of ['requested', 'provisioning', 'configuring'] as const) {
    const accepted = await customer.launch();
    if (status !== 'requested') await customer.reached(accepted.server.id, status);
    const ended = await customer.succeeded(await customer.terminate(accepted.server.id));
    expect(ended.status).toBe('terminated');
    await expectNothingLeft(ended.id, ended.hostname);
    expect(await customer.usage(ended.id)).toEqual([]);
  }
}, 120_000);

test('an instance that dies makes the server unavailable, with the reason, and is not billed further', async () => {
  const server = await customer.running();
  const [instance] = await world.aws.instances(server.id);
  await world.aws.killInstance(instance!.InstanceId!);
  expect(await customer.reached(server.id, 'unavailable')).toMatchObject({ reason: 'host_failed' });
  await customer.succeeded(await customer.terminate(server.id));
}, 90_000);

test('a server shut down from inside is paused, its name taken away, and can be resumed', async () => {
  const server = await customer.running();
  const [instance] = await world.aws.instances(server.id);
  await world.aws.shutDown(instance!.InstanceId!);
  expect(await customer.reached(server.id, 'paused')).toMatchObject({ ip: null });
  expect(await world.aws.address(server.hostname)).toBeNull();
  expect((await customer.succeeded(await customer.act(server.id, 'resume'))).status).toBe('running');
}, 90_000);
