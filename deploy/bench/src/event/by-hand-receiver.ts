import { randomUUID } from 'node:crypto';
import { connect, type ConsumeMessage } from 'amqplib';
import { MongoClient, MongoServerError } from 'mongodb';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import { Parcel } from '../parcel.ts';
import type { Stage } from '../stage.ts';
import { Arrivals } from './sending.ts';

export const receiver = inOwnProcess(import.meta.filename);

export const EXCHANGE = 'by-hand';
const QUEUE = 'by-hand.copies';
const PREFETCH = 50;
const DUPLICATE_KEY = 11000;

/** The transaction holds effect and message id, on which a duplicate fails; the ack follows the commit. */
export async function open({ amqpUrl, mongoUri }: Stage): Promise<Contestant> {
  const arrivals = new Arrivals();
  const client = await new MongoClient(mongoUri, { writeConcern: { w: 'majority' } }).connect();
  const database = client.db('bench_by_hand_receiver');
  const copies = database.collection<{ _id: string; number: number; note: string }>('copies');
  const inbox = database.collection<{ _id: string; handledAt: Date }>('inbox');
  await database.createCollection('copies');
  await inbox.createIndex({ handledAt: 1 }, { expireAfterSeconds: 14 * 86_400 });

  const handle = async ({ properties, content }: ConsumeMessage) => {
    const { number, note } = JSON.parse(content.toString('utf8')) as Parcel;
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await inbox.insertOne({ _id: String(properties.messageId), handledAt: new Date() }, { session });
        await copies.insertOne({ _id: randomUUID(), number, note }, { session });
      }),
    );
  };
  const connection = await connect(amqpUrl);
  const channel = await connection.createChannel();
  await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(QUEUE, EXCHANGE, Parcel.type);
  await channel.prefetch(PREFETCH);
  await channel.consume(QUEUE, async (message) => {
    if (!message) throw new Error('The broker has cancelled the consumer');
    try {
      await handle(message);
      arrivals.committed();
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
    }
    channel.ack(message);
  });
  return {
    round: () => arrivals.round(),
    async stop() {
      await connection.close();
      await client.close();
    },
  };
}
