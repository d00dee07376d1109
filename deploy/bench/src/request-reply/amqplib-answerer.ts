import { connect } from 'amqplib';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import type { Stage } from '../stage.ts';
import { answerTo, type Question } from './asking.ts';

export const answerer = inOwnProcess(import.meta.filename);

export const QUEUE = 'by-hand.requests';
const AT_ONCE = 200;

/** Acknowledges after the answer, so that another replica takes the questions of one that died. */
export async function open({ amqpUrl }: Stage): Promise<Contestant> {
  const connection = await connect(amqpUrl, { noDelay: true });
  const channel = await connection.createChannel();
  await channel.assertQueue(QUEUE, { durable: true });
  await channel.prefetch(AT_ONCE);
  await channel.consume(QUEUE, (message) => {
    if (!message) throw new Error('The broker has cancelled the consumer');
    const answer = answerTo(JSON.parse(message.content.toString('utf8')) as Question);
    const { replyTo, correlationId } = message.properties;
    channel.sendToQueue(String(replyTo), Buffer.from(JSON.stringify(answer)), {
      correlationId: String(correlationId),
      contentType: 'application/json',
    });
    channel.ack(message);
  });
  return { round: async () => ({}), stop: () => connection.close() };
}
