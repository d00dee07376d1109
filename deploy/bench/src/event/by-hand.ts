import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { MongoClient } from 'mongodb';
import type { Contestant } from '../bench.ts';
import { cloudEventHeaders } from '../cloud-event.ts';
import { inOwnProcess } from '../own-process.ts';
import { parcel, Parcel } from '../parcel.ts';
import { removeTogether } from '../remove-together.ts';
import type { Stage } from '../stage.ts';
import { EXCHANGE, receiver } from './by-hand-receiver.ts';
import { sendAround } from './sending.ts';

export const inProcess = inOwnProcess(import.meta.filename);

interface OutboxRow {
  _id: string;
  body: string;
  storedAt: Date;
}

/**
 * The transaction holds state and message; after it the message is published, a CloudEvent as Berth's are, and removed when
 * it is confirmed.
 */
export async function open({ amqpUrl, mongoUri }: Stage): Promise<Contestant> {
  const receiving = await receiver({ amqpUrl, mongoUri });
  const connection = await connect(amqpUrl);
  const channel = await connection.createConfirmChannel();
  const client = await new MongoClient(mongoUri, { writeConcern: { w: 'majority' } }).connect();
  const database = client.db('bench_by_hand_sender');
  const orders = database.collection<{ _id: string; number: number }>('orders');
  const outbox = database.collection<OutboxRow>('outbox');
  await database.createCollection('orders');
  await outbox.createIndex({ storedAt: 1 });

  const send = async (number: number) => {
    const row = { _id: randomUUID(), body: JSON.stringify(parcel(number)), storedAt: new Date() };
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await orders.insertOne({ _id: randomUUID(), number }, { session });
        await outbox.insertOne(row, { session });
      }),
    );
    publish(row);
  };
  const publish = ({ _id, body, storedAt }: OutboxRow) =>
    channel.publish(
      EXCHANGE,
      Parcel.type,
      Buffer.from(body),
      {
        persistent: true,
        messageId: _id,
        type: Parcel.type,
        contentType: 'application/json',
        headers: cloudEventHeaders(Parcel.type, '/berth/provisioning', _id, storedAt),
      },
      (error: unknown) => {
        if (error) throw new Error('The broker has refused a message', { cause: error });
        remove(_id);
      },
    );
  const remove = removeTogether((ids) => outbox.deleteMany({ _id: { $in: ids } }));
  return {
    round: () => sendAround(receiving, send),
    async stop() {
      await connection.close();
      await client.close();
      await receiving.stop();
    },
  };
}
