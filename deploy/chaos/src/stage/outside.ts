import { connect } from 'amqplib';

const QUEUE = 'outside.usage';
const EXCHANGE = 'berth.usage';

/** A usage event as the billing system outside got it. */
export interface OutsideUsage {
  messageId: string;
  type: string;
  data: unknown;
}

/** The billing system outside: a durable queue of its own on `berth.usage`, bound before the first event is sent. */
export class Outside {
  private readonly received: OutsideUsage[] = [];
  private readonly amqpUrl: string;

  private constructor(amqpUrl: string) {
    this.amqpUrl = amqpUrl;
  }

  static async bind(amqpUrl: string): Promise<Outside> {
    const connection = await connect(amqpUrl);
    const channel = await connection.createChannel();
    await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
    await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue(QUEUE, EXCHANGE, '#');
    await connection.close();
    return new Outside(amqpUrl);
  }

  /** All events so far in the order of their arrival, copies too. */
  async usage(): Promise<readonly OutsideUsage[]> {
    const connection = await connect(this.amqpUrl);
    const channel = await connection.createChannel();
    for (;;) {
      const message = await channel.get(QUEUE);
      if (!message) break;
      const { messageId, type } = message.properties;
      this.received.push({
        messageId: String(messageId),
        type: String(type),
        data: JSON.parse(message.content.toString('utf8')),
      });
      channel.ack(message);
    }
    await connection.close();
    return this.received;
  }
}
