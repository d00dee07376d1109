import { connect, type ConsumeMessage } from 'amqplib';
import type { UsageFeed, UsageRecord, UsageReplay } from '@berth/contracts';
import { ApiProblem, type Api } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let staff: Api;
let customer: Customer;

beforeAll(async () => {
  world = await World.start({ env: { BERTH_SIM_BOOT_SECONDS: '0.3', BERTH_SIM_SPEED: '50' } });
  [staff, customer] = await Promise.all([world.staff(), world.customer()]);
  const server = await customer.running();
  await world.aws.advance(2 * 3_600);
  await customer.succeeded(await customer.terminate(server.id));
}, 120_000);
afterAll(() => world?.stop(), 60_000);

/** All that the feed lists from a cursor on, and where to go on. */
async function feed(from?: string): Promise<{ ids: string[]; cursor: string }> {
  const ids: string[] = [];
  let cursor = from;
  for (;;) {
    const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await staff.get<UsageFeed>(`/v1/admin/usage?limit=2${query}`);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
    if (!page.hasMore) return { ids, cursor };
  }
}

test('a system that was away goes on with the feed where it stopped, and has everything once', async () => {
  await world.aws.advance(300);
  const first = await eventually(async () => {
    const read = await feed();
    expect(read.ids.length).toBeGreaterThan(3);
    return read;
  });
  expect(new Set(first.ids).size).toBe(first.ids.length);
  const another = await customer.running();
  await customer.succeeded(await customer.terminate(another.id));
  await world.aws.advance(300);
  const next = await eventually(async () => {
    const read = await feed(first.cursor);
    expect(read.ids.some((id) => id.startsWith(another.id))).toBe(true);
    return read;
  });
  const inParts = [...first.ids, ...next.ids];
  expect((await feed()).ids.slice(0, inParts.length)).toEqual(inParts);
}, 120_000);

test('a replay fills a queue that an outside user has bound, by the rights that billing has', async () => {
  const connection = await connect(world.system.amqpUrl);
  try {
    const channel = await connection.createChannel();
    await channel.assertQueue('ledger.e2e', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue('ledger.e2e', 'billing.replays', 'ledger.e2e');
    const messages: ConsumeMessage[] = [];
    await channel.consume('ledger.e2e', (message) => message && messages.push(message), { noAck: true });
    const replay = { queue: 'ledger.e2e', from: '2020-01-01T00:00:00Z' };
    const { id } = await staff.post<UsageReplay>('/v1/admin/usage/replays', replay);
    await world.aws.advance(300);
    await eventually(
      async () =>
        expect(await staff.get(`/v1/admin/usage/replays/${id}`)).toMatchObject({ state: 'succeeded' }),
      { within: 30_000 },
    );
    const all = (await feed()).ids;
    await eventually(() => {
      const ids = messages.map(({ content }) => (JSON.parse(String(content)) as UsageRecord).id);
      expect([...new Set(ids)]).toEqual(all);
    });
  } finally {
    await connection.close();
  }
}, 120_000);

test('customers have no part in it', async () => {
  const refusal = customer.api.get('/v1/admin/usage').catch((error: unknown) => error);
  expect(await refusal).toMatchObject({ status: 403 });
  expect(await refusal).toBeInstanceOf(ApiProblem);
});
