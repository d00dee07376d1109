import type { Costs, Quote } from '@berth/contracts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@berth/testing';
import { WEB_SERVER, type Customer } from './customer.ts';
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

test('a server costs what was quoted, minute by minute, and is expected to go on as it is', async () => {
  const someone = await world.customer();
  const { name: _, ...order } = WEB_SERVER;
  const quote = await someone.api.post<Quote>('/v1/quotes', order);
  const server = await someone.running();
  expect(server.price).toEqual({
    currency: quote.currency,
    ...quote.running,
    pausedPerMinute: quote.paused.perMinute,
  });

  /** Minutes of compute and of disk, so far and at the end of the month, at the quoted prices. */
  const expectCosts = async (begun: string, stopped?: string) => {
    const { month, asOf, ...costs } = await someone.api.get<Costs>('/v1/costs');
    const [first, end] = [minute(`${month}-01T00:00:00Z`), minute(nextMonth(month))];
    const from = Math.max(minute(begun), first);
    const minutes = (until: number) => Math.max(0, until - from);
    const now = Math.ceil(Date.parse(asOf) / MINUTE);
    const runs = stopped === undefined ? end : minute(stopped) + 1;
    const amount = (until: number) =>
      minutes(Math.min(until, runs)) * Number(quote.compute.perMinute) +
      minutes(until) * Number(quote.disk.perMinute);
    expect(Number(costs.total)).toBeCloseTo(amount(now), 9);
    expect(Number(costs.forecast)).toBeCloseTo(amount(end), 9);
    expect(costs.items).toEqual([expect.objectContaining({ key: server.id, total: costs.total })]);
  };

  await world.aws.advance(2 * 3600);
  const runningAt = await eventually(() => enteredAt(someone, server.id, 'running'));
  await eventually(() => expectCosts(runningAt));

  await someone.succeeded(await someone.act(server.id, 'pause'));
  await world.aws.advance(3600);
  const pausingAt = await eventually(() => enteredAt(someone, server.id, 'pausing'));
  await eventually(() => expectCosts(runningAt, pausingAt));

  await someone.succeeded(await someone.terminate(server.id));
  await eventually(async () => {
    const { total, forecast } = await someone.api.get<Costs>('/v1/costs');
    expect(forecast).toBe(total);
  });
}, 120_000);

async function enteredAt(who: Customer, serverId: string, status: string): Promise<string> {
  const entry = (await who.timeline(serverId)).find(({ to }) => to === status);
  if (!entry) throw new Error(`${serverId} was never ${status}`);
  return entry.at;
}

function nextMonth(month: string): string {
  const start = new Date(`${month}-01T00:00:00Z`);
  start.setUTCMonth(start.getUTCMonth() + 1);
  return start.toISOString();
}
