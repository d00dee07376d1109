import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Orphan } from '@berth/contracts';
import type { Api } from '@berth/local';
import { eventually } from '@berth/testing';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let customer: Customer;
let staff: Api;

beforeAll(async () => {
  world = await World.start({ replicas: { provisioning: 2 } });
  customer = await world.customer();
  staff = await world.staff();
  // Well after the gap that the start of provisioning leaves in what it can know.
  await world.aws.advance(20);
}, 120_000);

afterAll(() => world?.stop(), 60_000);

const madeFor = (serverId: string, deployment = 'local') => ({
  'berth:managed': 'true',
  'berth:deployment-id': deployment,
  'berth:server-id': serverId,
});
/** A server that never was. */
const NOBODY = 'srv_01jqz3m8k4f0000000000000aa';

const listed = async () =>
  (await staff.get<{ items: Orphan[] }>('/v1/admin/orphans?limit=200')).items.map(
    ({ id, held }) => `${id} ${held}`,
  );

test('50 orphans are gone within ten minutes, though provisioning is killed while it removes them; nothing else is', async () => {
  const server = await customer.running();
  const plantedAt = await world.aws.now();
  const orphans = await world.aws.plant(50, madeFor(NOBODY));
  const others = [
    ...(await world.aws.plant(50, {})),
    ...(await world.aws.plant(50, madeFor(NOBODY, 'another'))),
  ];
  await world.aws.advance(310);
  await eventually(async () => expect((await listed()).length).toBe(50), { within: 20_000 });
  await world.aws.advance(30);
  await eventually(async () => expect((await world.aws.live(orphans)).length).toBeLessThan(50), {
    within: 20_000,
  });
  world.kill('provisioning');
  await eventually(async () => expect(await world.aws.live(orphans)).toEqual([]), { within: 90_000 });
  expect((await world.aws.now()).getTime() - plantedAt.getTime()).toBeLessThan(600_000);
  expect(await world.aws.live(others)).toHaveLength(100);
  expect((await customer.server(server.id)).status).toBe('running');
}, 150_000);

test('staff see what only a person can judge, and customers do not', async () => {
  const [unnamed = ''] = await world.aws.plant(1, { 'berth:deployment-id': 'local' });
  await world.aws.advance(310);
  await eventually(async () => expect(await listed()).toContain(`${unnamed} owner_unnamed`), {
    within: 40_000,
  });
  await expect(staff.post(`/v1/admin/orphans/${unnamed}/release`)).rejects.toThrow('owner_unnamed');
  await expect(customer.api.get('/v1/admin/orphans')).rejects.toThrow('403');
  expect(await world.aws.live([unnamed])).toEqual([unnamed]);
}, 60_000);
