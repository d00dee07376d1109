import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import type { Random } from '../random.ts';
import { Handled, numberIn, Sent } from './parcel.ts';

const COPIES = 'chaos.copies';
const HANDLED = 'chaos.handled';
const COPIED_SHARE = 0.1;
const SILENCE_MILLISECONDS = 2_000;

/** What stands beside the two services: who sends copies and rubbish, and who hears what the consumer says on. */
export class Outside {
  /** Messages sent a second time. */
  copies = 0;
  private readonly connection: ChannelModel;
  private readonly channel: ConfirmChannel;

  private constructor(connection: ChannelModel, channel: ConfirmChannel) {
    this.connection = connection;
    this.channel = channel;
  }

  /** Its queues are there from now on, so nothing said later passes it. */
  static async open(amqpUrl: string): Promise<Outside> {
    const connection = await connect(amqpUrl);
    const channel = await connection.createConfirmChannel();
    await channel.assertExchange(Sent.exchange, 'topic', { durable: true });
    for (const [queue, { type }] of [
      [COPIES, Sent],
      [HANDLED, Handled],
    ] as const) {
      await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      await channel.bindQueue(queue, Sent.exchange, type);
    }
    return new Outside(connection, channel);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Sends a tenth of what the sender sends to the consumer once more, from now on. */
  async sendCopies(random: Random): Promise<void> {
    await this.channel.consume(
      COPIES,
      (message) => {
        if (!message || !random.happens(COPIED_SHARE)) return;
        this.copies++;
        this.channel.sendToQueue('billing.events', message.content, message.properties);
      },
      { noAck: true },
    );
  }

  /** Sends what is no JSON. */
  async sendRubbish(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const id = `msg_rubbish_${index}`;
      const headers = { 'cloudEvents:id': id, 'cloudEvents:type': Sent.type };
      this.channel.publish(Sent.exchange, Sent.type, Buffer.from('{"number":'), {
        messageId: id,
        type: Sent.type,
        persistent: true,
        headers,
      });
    }
    await this.channel.waitForConfirms();
  }

  /** How many letters there are of each number: a copy that was sent, or that a kill made, has one of its own. */
  async buried(): Promise<Map<number, number>> {
    const channel = await this.connection.createChannel();
    const counts = new Map<number, number>();
    let lastAt = performance.now();
    await channel.consume('billing.dead-letters', (message) => {
      lastAt = performance.now();
      const number = numberIn(message?.content.toString('utf8') ?? '');
      counts.set(number, (counts.get(number) ?? 0) + 1);
    });
    while (performance.now() - lastAt < SILENCE_MILLISECONDS)
      await new Promise((passed) => setTimeout(passed, 100));
    // They go back to their queue.
    await channel.close();
    return counts;
  }

  /** All that the consumer has said on so far: the number of each message, by its id; copies of one message are one. */
  async handled(): Promise<Map<string, number>> {
    const heard = new Map<string, number>();
    let lastAt = performance.now();
    const { consumerTag } = await this.channel.consume(
      HANDLED,
      (message) => {
        lastAt = performance.now();
        if (!message) return;
        const { number } = Handled.schema.parse(JSON.parse(message.content.toString('utf8')));
        heard.set(String(message.properties.messageId), number);
      },
      { noAck: true },
    );
    while (performance.now() - lastAt < SILENCE_MILLISECONDS)
      await new Promise((passed) => setTimeout(passed, 100));
    await this.channel.cancel(consumerTag);
    return heard;
  }
}
