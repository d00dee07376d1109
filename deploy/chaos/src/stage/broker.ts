import { setTimeout as delay } from 'node:timers/promises';
import type { Broker } from '@berth/local';
import { connect } from 'amqplib';
import type { Random } from '../random.ts';
import { Management } from './management.ts';

/** Real RabbitMQ starts in 5 to 15 s here, longer while the machine is busy. */
const START_SECONDS = 90;

/** How often RabbitMQ counts what is in its queues; 5 s for quorum queues and for statistics. */
export const COUNTS_SECONDS = 10;

export interface QueueCounts {
  name: string;
  /** Ready to be delivered, and delivered but not acknowledged. */
  messages: number;
}

/** The system's RabbitMQ, and what happens to brokers. */
export class BrokerUnderAttack {
  readonly url: string;
  private readonly broker: Broker;
  private readonly management: Management;

  constructor(broker: Broker) {
    this.broker = broker;
    this.url = broker.url;
    this.management = new Management(broker.managementUrl, broker.url);
  }

  /** The application stops within its node, connections are closed in order; `up` starts it again. */
  async stopApp(): Promise<void> {
    await this.broker.control('stop_app');
  }

  async startApp(): Promise<void> {
    await this.broker.control('start_app');
    await this.untilUp();
  }

  /** The node is killed and stays away until `start`. */
  async crash(): Promise<void> {
    await this.node.crash();
  }

  async start(): Promise<void> {
    this.node.start();
    await this.untilUp();
  }

  /** No message is taken from publishers any more: they are `blocked` until `endAlarm`. */
  async diskAlarm(): Promise<void> {
    await this.broker.control('set_disk_free_limit', '1000000GB');
  }

  async endDiskAlarm(): Promise<void> {
    await this.broker.control('set_disk_free_limit', '50MB');
  }

  async memoryAlarm(): Promise<void> {
    await this.broker.control('set_vm_memory_high_watermark', '0');
  }

  async endMemoryAlarm(): Promise<void> {
    await this.broker.control('set_vm_memory_high_watermark', '0.4');
  }

  /** The broker closes a share of all connections; returns how many those were. */
  async closeConnections(share: number, random: Random): Promise<number> {
    const connections = await this.management.get<{ name: string }[]>('connections?columns=name');
    const chosen = connections.filter(() => random.happens(share));
    await Promise.all(
      chosen.map(({ name }) => this.management.delete(`connections/${encodeURIComponent(name)}`)),
    );
    return chosen.length;
  }

  /**
   * All consumers of a queue are told that the broker cancelled them (`basic.cancel`), as when the queue's leader is lost; its
   * messages stay. No command does that, so their channels are made to say so. (To tell the channels that the queue is gone
   * is no way: they forget what was delivered, and ignore its acknowledgements from then on.) Returns how many there were.
   */
  async cancelConsumers(queue: string): Promise<number> {
    const cancelled = await this.broker.control(
      'eval',
      `{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"${queue}">>)),
       length([rabbit_channel:send_command(element(1, Consumer), {'basic.cancel', element(2, Consumer), true})
               || Consumer <- rabbit_amqqueue:consumers(Q)]).`,
    );
    return Number(cancelled);
  }

  /** The counts are at most {@link COUNTS_SECONDS} old. */
  queues(): Promise<QueueCounts[]> {
    return this.management.get('queues?columns=name,messages');
  }

  async stop(): Promise<void> {
    await this.broker.stop();
  }

  private async untilUp(): Promise<void> {
    const until = performance.now() + START_SECONDS * 1000;
    for (;;) {
      try {
        const connection = await connect(this.url, { timeout: 2_000 });
        return await connection.close();
      } catch (error) {
        if (performance.now() > until) throw error;
        await delay(200);
      }
    }
  }

  private get node() {
    const node = this.broker.children.find(({ name }) => name === 'rabbitmq');
    if (!node) throw new Error('The broker has no process of its own');
    return node;
  }
}
