import { readinessOf, type ServiceName } from '@berth/contracts';
import { connect, type Channel } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const REPLY_TO = 'amq.rabbitmq.reply-to';
const ASK_EVERY_MILLISECONDS = 250;

/** Asks a service over the bus until it says that it is ready; `waiting` hears the checks that do not hold yet, when they change. */
export async function untilServiceReady(
  amqpUrl: string,
  service: ServiceName,
  { waiting, signal }: { waiting: (checks: string) => void; signal: AbortSignal },
): Promise<void> {
  const connection = await connect(amqpUrl);
  try {
    const channel = await connection.createChannel();
    const contract = readinessOf(service);
    let said = '';
    for (;;) {
      const report = contract.reply.safeParse(await ask(channel, service, contract.type)).data;
      if (report?.ready) return;
      const missing = Object.entries(report?.checks ?? {}).flatMap(([check, holds]) => (holds ? [] : check));
      if (missing.join(', ') !== said) waiting((said = missing.join(', ')));
      await delay(ASK_EVERY_MILLISECONDS, undefined, { signal });
    }
  } finally {
    await connection.close();
  }
}

/** The answer to a question without data; undefined when none comes within 2 s. */
async function ask(channel: Channel, service: string, type: string): Promise<unknown> {
  const id = randomUUID();
  const answered = new AbortController();
  const { consumerTag } = await channel.consume(
    REPLY_TO,
    (message) => answered.abort(message?.content.toString('utf8')),
    { noAck: true },
  );
  channel.sendToQueue(`${service}.requests`, Buffer.from('{}'), {
    messageId: id,
    correlationId: id,
    type,
    replyTo: REPLY_TO,
    headers: { 'cloudEvents:id': id, 'cloudEvents:type': type },
    expiration: '2000',
  });
  await delay(2_000, undefined, { signal: answered.signal }).catch(() => {});
  await channel.cancel(consumerTag);
  return answered.signal.aborted ? JSON.parse(String(answered.signal.reason)) : undefined;
}
