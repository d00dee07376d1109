import { randomUUID } from 'node:crypto';
import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';

const REPLY_TO = 'amq.rabbitmq.reply-to';
const DEADLINE_MILLISECONDS = 20_000;

interface Answer {
  /** `answer` or `problem`. */
  outcome: string;
  body: unknown;
}

/** Somebody at the broker who asks services whatever they like, past all that services do to ask properly. */
export class BusUser {
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private readonly connection: ChannelModel;
  private readonly channel: Channel;

  private constructor(connection: ChannelModel, channel: Channel) {
    this.connection = connection;
    this.channel = channel;
  }

  static async connect(amqpUrl: string): Promise<BusUser> {
    const connection = await connect(amqpUrl);
    const user = new BusUser(connection, await connection.createChannel());
    await user.channel.consume(REPLY_TO, (message) => message && user.receive(message), { noAck: true });
    return user;
  }

  /** Rejects when no answer comes within 20 s. */
  ask(service: string, type: string, body: object, passport?: string): Promise<Answer> {
    const id = `msg_${randomUUID()}`;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, resolve);
      setTimeout(() => reject(new Error(`${type} was not answered`)), DEADLINE_MILLISECONDS).unref();
      this.channel.sendToQueue(`${service}.requests`, Buffer.from(JSON.stringify(body)), {
        ...{ messageId: id, type, correlationId: id, replyTo: REPLY_TO, contentType: 'application/json' },
        headers: {
          'cloudEvents:id': id,
          'cloudEvents:type': type,
          'cloudEvents:source': '/berth/gateway',
          'berth-deadline': Date.now() + DEADLINE_MILLISECONDS,
          ...(passport !== undefined && { 'berth-passport': passport }),
        },
      });
    });
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private receive({ properties, content }: ConsumeMessage): void {
    const outcome = String(properties.headers?.['berth-outcome']);
    this.waiting.get(String(properties.correlationId))?.({ outcome, body: JSON.parse(content.toString()) });
    this.waiting.delete(String(properties.correlationId));
  }
}
