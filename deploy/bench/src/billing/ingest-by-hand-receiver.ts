import { randomUUID } from 'node:crypto';
import { connect, type ConsumeMessage } from 'amqplib';
import { MongoClient, MongoServerError, type Db, type Document } from 'mongodb';
import type { Contestant } from '../bench.ts';
import { cloudEventHeaders } from '../cloud-event.ts';
import { inOwnProcess } from '../own-process.ts';
import { removeTogether } from '../remove-together.ts';
import type { Stage } from '../stage.ts';
import { DATABASE as OURS } from './ingest-berth.ts';
import { rowsOf, type Rows } from './ingest-rows.ts';
import { storyOf } from './ingest-story.ts';

/** Takes what is told on {@link EXCHANGE}. A round of it is over at once: then it knows the rows of the next story. */
export const receiver = inOwnProcess(import.meta.filename);

export const DATABASE = 'bench_by_hand_ingest';
const COLLECTIONS = ['facts', 'intervals', 'usage_records', 'server_months', 'ledgers', 'outbox', 'inbox'];
export const EXCHANGE = 'by-hand.states';
const OUTSIDE = 'by-hand.usage';
const QUEUE = 'by-hand.ingest';
const USAGE = 'berth.usage.recorded.v1';
const PREFETCH = 50;
const DUPLICATE_KEY = 11000;

type Row = Document & { _id: string };

/**
 * One transaction for each event holds its message id, on which a duplicate fails, and all rows; those of one server come one after the other.
 * After the commit records are published and their outbox rows removed together; then the event is acknowledged.
 */
export async function open({ amqpUrl, mongoUri }: Stage): Promise<Contestant> {
  const client = await new MongoClient(mongoUri, { writeConcern: { w: 'majority' } }).connect();
  const database = client.db(DATABASE);
  await copyIndexes(client.db(OURS), database);
  const collection = (name: string) => database.collection<Row>(name);
  const connection = await connect(amqpUrl);
  const channel = await connection.createChannel();
  const publisher = await connection.createConfirmChannel();
  await publisher.assertExchange(OUTSIDE, 'topic', { durable: true });
  let known = new Map<string, Rows>();

  async function handle({ properties }: ConsumeMessage, rows: Rows): Promise<void> {
    const told = rows.records.map((record) => ({
      ...{ _id: randomUUID(), body: JSON.stringify(record), dueAt: new Date() },
    }));
    await client.withSession((session) =>
      session.withTransaction(async () => {
        const insert = async (name: string, documents: Document[]) => {
          if (documents.length > 1) await collection(name).insertMany(documents as Row[], { session });
          else if (documents[0]) await collection(name).insertOne(documents[0] as Row, { session });
        };
        const replace = async (name: string, document: Document) => {
          const options = { upsert: true, session };
          await collection(name).replaceOne({ _id: String(document['_id']) }, document, options);
        };
        await replace('ledgers', rows.ledger);
        await insert('facts', [rows.fact]);
        await insert('intervals', rows.opened);
        for (const interval of rows.closed) await replace('intervals', interval);
        await insert('usage_records', rows.records);
        await insert('outbox', told);
        for (const month of rows.months) await replace('server_months', month);
        await insert('inbox', [{ _id: String(properties.messageId), handledAt: new Date() }]);
      }),
    );
    for (const row of told) publish(row);
  }

  const publish = ({ _id, body, dueAt }: { _id: string; body: string; dueAt: Date }) =>
    publisher.publish(
      OUTSIDE,
      USAGE,
      Buffer.from(body),
      {
        persistent: true,
        messageId: _id,
        type: USAGE,
        contentType: 'application/json',
        headers: cloudEventHeaders(USAGE, '/berth/billing', _id, dueAt),
      },
      (error: unknown) => {
        if (error) throw new Error('The broker has refused a message', { cause: error });
        remove(_id);
      },
    );
  const remove = removeTogether((ids) => collection('outbox').deleteMany({ _id: { $in: ids } }));

  await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(QUEUE, EXCHANGE, '#');
  await channel.prefetch(PREFETCH);
  const inTurn = turns();
  await channel.consume(QUEUE, async (message) => {
    if (!message) throw new Error('The broker has cancelled the consumer');
    const { serverId } = JSON.parse(message.content.toString('utf8')) as { serverId: string };
    const rows = known.get(String(message.properties.messageId));
    if (!rows) throw new Error('It was not sent like this');
    try {
      await inTurn(serverId, () => handle(message, rows));
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
    }
    channel.ack(message);
  });

  let rounds = 0;
  return {
    async round() {
      const servers = Map.groupBy(
        storyOf(rounds++).flatMap(({ events }) => events),
        ({ transition }) => transition.serverId,
      );
      known = new Map([...servers.values()].flatMap((events) => [...rowsOf(events)]));
      return {};
    },
    async stop() {
      await connection.close();
      await client.close();
    },
  };
}

/** Those that Berth's readers need, since they are a good part of what a row costs. */
async function copyIndexes(from: Db, to: Db): Promise<void> {
  for (const name of COLLECTIONS) {
    const indexes = await from.collection(name).indexes();
    await to.createCollection(name);
    for (const { key, name: _, v: __, ...options } of indexes)
      if (!('_id' in key) || Object.keys(key).length > 1) await to.collection(name).createIndex(key, options);
  }
}

/** Work of one key, one after the other. */
function turns(): (key: string, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>();
  return (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work).finally(() => {
      if (last.get(key) === turn) last.delete(key);
    });
    last.set(key, turn);
    return turn;
  };
}
