import { connect, type ChannelModel } from 'amqplib';

const QUEUES = [
  'accounts.requests',
  'provisioning.requests',
  'provisioning.commands',
  'provisioning.events',
  'dns.commands',
  'state-tracking.commands',
  'state-tracking.events',
  'billing.events',
];

/** How many messages waited at most in the queues between the services. */
export class Queues {
  private readonly connection: ChannelModel;
  private readonly most = new Map<string, number>();

  private constructor(connection: ChannelModel) {
    this.connection = connection;
  }

  static async watch(amqpUrl: string): Promise<Queues> {
    return new Queues(await connect(amqpUrl));
  }

  async sample(): Promise<void> {
    const channel = await this.connection.createChannel();
    for (const queue of QUEUES) {
      const { messageCount } = await channel.checkQueue(queue);
      this.most.set(queue, Math.max(this.most.get(queue) ?? 0, messageCount));
    }
    await channel.close();
  }

  /** The longest first. */
  longest(): [queue: string, messages: number][] {
    return [...this.most].sort(([, a], [, b]) => b - a);
  }

  async stop(): Promise<void> {
    await this.connection.close();
  }
}
