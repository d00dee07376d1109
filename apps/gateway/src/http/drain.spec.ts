import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { GetOperation, LaunchServer } from '@berth/contracts';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { bodyExamples } from '../openapi/examples.ts';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import { accepted, ids, operation } from '../fixtures/samples.ts';

let bus: TestBroker;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  bus = await broker();
});
beforeEach(async () => {
  gateway = await GatewayUnderTest.start(bus.url);
});
afterAll(() => bus?.stop());

test('a stop finishes what runs, takes nothing new and holds no connection open', async () => {
  let answer = () => {};
  gateway.services.answer(LaunchServer, () => new Promise((resolve) => (answer = () => resolve(accepted))));
  const launched = gateway.call('POST', '/v1/servers', {
    as: 'owner',
    key: 'k',
    body: bodyExamples.launchServer,
  });
  await eventually(() => gateway.services.asked.length === 1);
  const { port } = gateway;
  const stopped = gateway.app.close();
  await eventually(() =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => false,
      () => true,
    ),
  );
  answer();
  const { status, headers } = await launched;
  expect({ status, connection: headers.get('connection') }).toEqual({ status: 202, connection: 'close' });
  await stopped;
  await gateway.services.stop();
});

test('a stop waits for no connection that is merely kept alive', async () => {
  const agent = new Agent({ keepAlive: true });
  await new Promise((resolve) =>
    get({ port: gateway.port, path: '/healthz', agent }, (response) => response.resume().on('end', resolve)),
  );
  const began = performance.now();
  await gateway.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
  agent.destroy();
});

test('a stop waits for no connection on which nothing was asked yet', async () => {
  const { port } = gateway;
  const sockets = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  sockets[1]?.write('GET /healthz HT');
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const began = performance.now();
  await gateway.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
  for (const socket of sockets) socket.destroy();
});

test('a stop ends a long wait with what there is by now', async () => {
  let answer = () => {};
  gateway.services.answer(GetOperation, ({ waitSeconds }) =>
    waitSeconds === 0 ? operation : new Promise((resolve) => (answer = () => resolve(operation))),
  );
  const waiting = gateway.call('GET', `/v1/operations/${ids.operation}?wait=60`, { as: 'owner' });
  await eventually(() => gateway.services.asked.length === 1);
  const stopped = gateway.app.close();
  expect(await waiting).toMatchObject({ status: 200, body: { id: operation.id } });
  answer();
  await stopped;
  await gateway.services.stop();
});

test('a gateway that leaves says so at once and goes on for a moment, keeping no connection', async () => {
  const leaving = await GatewayUnderTest.start(bus.url, { BERTH_LEAVING_SECONDS: '1' });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const read = (path: string) =>
    new Promise<number | undefined>((resolve, reject) =>
      get({ port: leaving.port, path, agent }, (response) =>
        response.resume().on('end', () => resolve(response.statusCode)),
      ).on('error', reject),
    );
  await eventually(async () => expect(await read('/readyz')).toBe(200));
  const stopped = leaving.stop();
  const began = performance.now();
  const { body } = await leaving.call('GET', '/readyz');
  expect(body).toMatchObject({ code: 'not_ready', notReady: [{ service: 'gateway', checks: ['stays'] }] });
  const statuses = new Set<number | undefined>();
  while (performance.now() - began < 700)
    for (const status of await Promise.all([1, 2, 3, 4].map(() => read('/v1/catalog')))) statuses.add(status);
  expect([...statuses]).toEqual([401]);
  expect(Object.values(agent.freeSockets).flat()).toEqual([]);
  await stopped;
  await gateway.stop();
  agent.destroy();
});
