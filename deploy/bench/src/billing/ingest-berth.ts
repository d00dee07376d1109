import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Channel } from 'amqplib';
import { MongoClient } from 'mongodb';
import { Processes } from '@berth/local';
import type { Contestant } from '../bench.ts';
import type { Stage } from '../stage.ts';
import { MovedClock } from './ingest-clock.ts';
import { storyOf } from './ingest-story.ts';
import { tell } from './ingest-telling.ts';

/** As its main names it. */
export const DATABASE = 'berth_billing';

/** The billing service as it is deployed, alone with bus and database. */
export async function open({ amqpUrl, mongoUri }: Stage): Promise<Contestant> {
  const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  const processes = new Processes(home);
  const clock = await MovedClock.start();
  const connection = await connect(amqpUrl);
  const channel = await connection.createConfirmChannel();
  const client = await MongoClient.connect(mongoUri);
  const stop = async () => {
    await processes.stop();
    await connection.close();
    await client.close();
    clock.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await dropCommands(channel);
    const env = { AMQP_URL: amqpUrl, MONGODB_URI: mongoUri, BERTH_CLOCK_URL: clock.url };
    const [hour] = storyOf(0);
    if (hour) clock.set(hour.from);
    processes.run('billing', 'apps/billing/dist/main.js', env);
    await consumed(amqpUrl, 'billing.events');
  } catch (error) {
    await stop();
    throw error;
  }
  const to = { channel, exchange: 'berth.events', database: client.db(DATABASE) };
  let rounds = 0;
  return { round: () => tell(storyOf(rounds++), to, (now) => clock.set(now)), stop };
}

/** What billing orders, of others who are not here. */
async function dropCommands(channel: Channel): Promise<void> {
  await channel.assertExchange('berth.commands', 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'berth.commands', '#');
  await channel.consume(queue, () => {}, { noAck: true });
}

/** Waits until somebody takes from a queue, which is bound by then. A channel ends with each question about a queue that is not there. */
async function consumed(amqpUrl: string, queue: string): Promise<void> {
  const connection = await connect(amqpUrl);
  try {
    for (const until = performance.now() + 30_000; performance.now() < until; await delay(50)) {
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      const { consumerCount } = await channel.checkQueue(queue).catch(() => ({ consumerCount: 0 }));
      if (consumerCount > 0) return;
      await channel.close().catch(() => {});
    }
    throw new Error(`Nobody takes from ${queue}`);
  } finally {
    await connection.close();
  }
}
