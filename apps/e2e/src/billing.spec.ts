import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@berth/testing';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let customer: Customer;

beforeAll(async () => {
  world = await World.start({ env: { BERTH_SIM_BOOT_SECONDS: '0.3', BERTH_SIM_SPEED: '50' } });
  customer = await world.customer();
}, 120_000);

afterAll(() => world?.stop(), 60_000);

const minutesOf = async (serverId: string, meter: string) =>
  (await customer.usage(serverId))
    .filter((record) => record.meter === meter)
    .reduce((sum, { quantity }) => sum + quantity, 0);

const MINUTE = 60_000;
const minute = (at: string) => Math.floor(Date.parse(at) / MINUTE);

/** The UTC minutes in which the timeline shows the server running at any moment. */
async function minutesRunning(serverId: string): Promise<number> {
  const timeline = await customer.timeline(serverId);
  const minutes = new Set<number>();
  timeline.forEach(({ to, at }, index) => {
    const next = timeline[index + 1];
    if (to !== 'running' || !next) return;
    for (let m = minute(at); m <= minute(next.at); m++) minutes.add(m);
  });
  return minutes.size;
}

test('five pauses and resumes within a minute are billed once', async () => {
  await world.aws.startOfMinute();
  const server = await customer.running();
  for (let round = 0; round < 5; round++) {
    await customer.succeeded(await customer.act(server.id, 'pause'));
    if (round < 4) await customer.succeeded(await customer.act(server.id, 'resume'));
  }
  const spent = await minutesRunning(server.id);
  expect(spent).toBeLessThanOrEqual(2);
  await eventually(async () => expect(await minutesOf(server.id, 'compute')).toBe(spent));

  await world.aws.advance(600);
  await customer.succeeded(await customer.terminate(server.id));
  await eventually(async () =>
    expect(await minutesOf(server.id, 'disk')).toBeGreaterThan(10 * server.diskGib),
  );
  expect(await minutesOf(server.id, 'compute')).toBe(spent);
}, 120_000);

test('an hour of running is billed by the minute, cut on the hour', async () => {
  const server = await customer.running();
  await world.aws.advance(3600);
  await customer.succeeded(await customer.act(server.id, 'pause'));
  const spent = await minutesRunning(server.id);
  expect(spent).toBeGreaterThanOrEqual(61);
  await eventually(async () => expect(await minutesOf(server.id, 'compute')).toBe(spent));

  const compute = (await customer.usage(server.id)).filter(({ meter }) => meter === 'compute');
  compute.slice(1).forEach((record, index) => expect(record.from).toBe(compute[index]!.to));
  expect(compute.length).toBeGreaterThan(1);
  expect(compute[0]!.to).toMatch(/:00:00\.000Z$/);
}, 120_000);
