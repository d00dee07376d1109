import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import type { Contestant } from '../bench.ts';
import { cloudEventHeaders } from '../cloud-event.ts';
import { inOwnProcess } from '../own-process.ts';
import type { Stage } from '../stage.ts';
import { answerer, QUEUE } from './amqplib-answerer.ts';
import { askAround, DEADLINE_SECONDS, Find, type Answer, type Question } from './asking.ts';

export const inProcess = inOwnProcess(import.meta.filename);

/** https://www.rabbitmq.com/docs/direct-reply-to */
const REPLY_TO = 'amq.rabbitmq.reply-to';

export async function open(stage: Stage): Promise<Contestant> {
  const answering = await answerer(stage);
  const connection = await connect(stage.amqpUrl, { noDelay: true });
  const channel = await connection.createChannel();
  const pending = new Map<string, { answered: (answer: Answer) => void; late: NodeJS.Timeout }>();
  await channel.consume(
    REPLY_TO,
    (message) => {
      const asked = pending.get(String(message?.properties.correlationId));
      if (!message || !asked) return;
      pending.delete(String(message.properties.correlationId));
      clearTimeout(asked.late);
      asked.answered(JSON.parse(message.content.toString('utf8')) as Answer);
    },
    { noAck: true },
  );

  let asked = 0;
  const ask = (question: Question) =>
    new Promise<Answer>((answered, failed) => {
      const correlationId = String(asked++);
      const late = setTimeout(() => failed(new Error('No answer')), DEADLINE_SECONDS * 1000);
      pending.set(correlationId, { answered, late });
      channel.sendToQueue(QUEUE, Buffer.from(JSON.stringify(question)), {
        correlationId,
        replyTo: REPLY_TO,
        expiration: DEADLINE_SECONDS * 1000,
        contentType: 'application/json',
        headers: cloudEventHeaders(Find.type, '/berth/gateway', randomUUID()),
      });
    });
  return {
    round: () => askAround(ask),
    async stop() {
      await connection.close();
      await answering.stop();
    },
  };
}
