import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import type { Contestant } from '../bench.ts';
import { cloudEventHeaders } from '../cloud-event.ts';
import { inOwnProcess } from '../own-process.ts';
import { Parcel } from '../parcel.ts';
import type { Stage } from '../stage.ts';
import { Flow, PREFETCH } from './flow.ts';

export const inProcess = inOwnProcess(import.meta.filename);

const EXCHANGE = 'by-hand';
const QUEUE = 'by-hand.events';

/**
 * One connection, a channel to publish and one to consume; the socket as amqplib opens it, which publishes fastest. The
 * messages are CloudEvents as Berth's are, written and read without any code that would do for others.
 */
export async function open({ amqpUrl }: Stage): Promise<Contestant> {
  const connection = await connect(amqpUrl);
  const publisher = await connection.createConfirmChannel();
  const consumer = await connection.createChannel();
  await consumer.assertExchange(EXCHANGE, 'topic', { durable: true });
  await consumer.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await consumer.bindQueue(QUEUE, EXCHANGE, Parcel.type);
  await consumer.prefetch(PREFETCH);

  let messageId = 0;
  const flow = new Flow((parcel) =>
    publisher.publish(
      EXCHANGE,
      Parcel.type,
      Buffer.from(JSON.stringify(parcel)),
      {
        persistent: true,
        messageId: String(messageId++),
        type: Parcel.type,
        contentType: 'application/json',
        headers: cloudEventHeaders(Parcel.type, '/berth/billing', randomUUID()),
      },
      (error: unknown) => {
        if (error) throw new Error('The broker has refused a message', { cause: error });
        flow.arrived();
      },
    ),
  );
  await consumer.consume(QUEUE, (message) => {
    if (!message) throw new Error('The broker has cancelled the consumer');
    const parcel = JSON.parse(message.content.toString('utf8')) as Parcel;
    if (parcel.number < 0) throw new Error('It was not sent like this');
    flow.arrived();
    consumer.ack(message);
  });
  return { round: () => flow.round(), stop: () => connection.close() };
}
