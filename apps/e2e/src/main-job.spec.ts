import type { Limits, Server } from '@berth/contracts';
import { visit } from '@berth/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let customer: Customer;
let server: Server;

beforeAll(async () => {
  world = await World.start();
  customer = await world.customer();
}, 120_000);

afterAll(() => world?.stop(), 60_000);

test('a launched server runs, has a name, and opens', async () => {
  const accepted = await customer.launch({ name: 'My first', hostname: 'my-first' });
  expect(accepted.server).toMatchObject({ status: 'requested', operation: { type: 'launch' } });

  server = await customer.succeeded(accepted);
  expect(server).toMatchObject({ status: 'running', hostname: 'my-first.berth.localhost', operation: null });
  expect(await world.aws.address(server.hostname)).toBe(server.ip);
  expect(await visit(server.url)).toBe(200);
  expect((await customer.api.get<Limits>('/v1/limits')).used).toMatchObject({
    servers: 1,
    diskGib: server.diskGib,
  });
}, 60_000);

test('a launch shows its steps with their times', async () => {
  const { items } = await customer.api.get<{ items: { type: string; steps: { status: string }[] }[] }>(
    `/v1/operations?server=${server.id}`,
  );
  expect(items).toHaveLength(1);
  expect(items[0]!.steps.length).toBeGreaterThan(2);
  expect(items[0]!.steps.every(({ status }) => status === 'done' || status === 'skipped')).toBe(true);
});

test('a paused server has no name and no running instance, but keeps its disk', async () => {
  const volumes = await world.aws.volumes(server.id);
  server = await customer.succeeded(await customer.act(server.id, 'pause'));
  expect(server).toMatchObject({ status: 'paused', ip: null });
  expect(await world.aws.address(server.hostname)).toBeNull();
  expect((await world.aws.instances(server.id)).map(({ State }) => State?.Name)).toEqual(['stopped']);
  expect(await world.aws.volumes(server.id)).toEqual(volumes);
  expect(await visit(server.url)).toBe(503);
}, 60_000);

test('a resumed server has the same disk and its name at the new address', async () => {
  server = await customer.succeeded(await customer.act(server.id, 'resume'));
  expect(server.status).toBe('running');
  expect(await world.aws.address(server.hostname)).toBe(server.ip);
  expect(await visit(server.url)).toBe(200);
}, 60_000);

test('a restarted server comes back at the same address', async () => {
  const { ip } = server;
  server = await customer.succeeded(await customer.act(server.id, 'restart'));
  expect(server).toMatchObject({ status: 'running', ip });
}, 60_000);

test('a terminated server leaves nothing at AWS and is listed only when asked for', async () => {
  server = await customer.succeeded(await customer.terminate(server.id));
  expect(server.status).toBe('terminated');
  expect(await world.aws.instances(server.id)).toEqual([]);
  expect(await world.aws.volumes(server.id)).toEqual([]);
  expect(await world.aws.address(server.hostname)).toBeNull();
  expect(await customer.servers()).toEqual([]);
  expect((await customer.api.get<Limits>('/v1/limits')).used).toEqual({ servers: 0, vcpu: 0, diskGib: 0 });
  expect(await customer.servers('&includeTerminated=true')).toMatchObject([{ id: server.id }]);
}, 60_000);

test('its timeline tells the whole story, without a gap', async () => {
  const timeline = await customer.timeline(server.id);
  expect(timeline.map(({ sequence }) => sequence)).toEqual(timeline.map((_, index) => index + 1));
  expect(timeline.map(({ to }) => to)).toEqual([
    ...['requested', 'provisioning', 'configuring', 'running'],
    ...['pausing', 'paused', 'resuming', 'configuring', 'running'],
    ...['configuring', 'running', 'terminating', 'terminated'],
  ]);
});
