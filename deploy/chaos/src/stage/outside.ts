import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type ConsumeMessage } from 'amqplib';
import { subjectOf } from './subject.ts';

const QUEUE = 'outside.all';
const EXCHANGES = ['berth.usage', 'berth.events'];
const PREFETCH = 1_000;
const IDLE_MILLISECONDS = 1_000;

/** A message as somebody outside got it; of its body only what can be compared is kept. */
export interface OutsideMessage {
  exchange: string;
  id: string;
  type: string;
  /** The fact it states, by numbers of its own: the server and sequence, a usage record's id. */
  subject: string;
  /** The beginning of the SHA-256 of its body. */
  digest: string;
}

/** Somebody outside, such as the billing system: a durable queue on usage and all events, bound before the first is sent. */
export class Outside {
  private readonly received: OutsideMessage[] = [];
  private readonly amqpUrl: string;

  private constructor(amqpUrl: string) {
    this.amqpUrl = amqpUrl;
  }

  static async bind(amqpUrl: string): Promise<Outside> {
    const connection = await connect(amqpUrl);
    const channel = await connection.createChannel();
    await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    for (const exchange of EXCHANGES) {
      await channel.assertExchange(exchange, 'topic', { durable: true });
      await channel.bindQueue(QUEUE, exchange, '#');
    }
    await connection.close();
    return new Outside(amqpUrl);
  }

  /** All facts so far in the order of their arrival, copies too; what may be said again, and is no fact, is left out. */
  async messages(): Promise<readonly OutsideMessage[]> {
    const connection = await connect(this.amqpUrl);
    const channel = await connection.createChannel();
    await channel.prefetch(PREFETCH);
    let lastAt = performance.now();
    await channel.consume(QUEUE, (message) => {
      if (!message) return;
      lastAt = performance.now();
      const fact = factIn(message);
      if (fact) this.received.push(fact);
      channel.ack(message);
    });
    while (performance.now() - lastAt < IDLE_MILLISECONDS) await delay(100);
    await connection.close();
    return this.received;
  }
}

function factIn({ fields, properties, content }: ConsumeMessage): OutsideMessage | undefined {
  const type = String(properties.type);
  const subject = subjectOf(type, JSON.parse(content.toString('utf8')));
  if (subject === null) return undefined;
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 16);
  return { exchange: fields.exchange, id: String(properties.messageId), type, subject, digest };
}
