import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { madeAt } from '@berth/mongo';
import { gauge } from '@berth/telemetry';
import { Bus } from './bus.ts';
import { BusCollections } from './collections.ts';
import type { Consumer } from './consumer.ts';
import { textHeader } from './envelope.ts';
import { BUS_OPTIONS, retryDelaysSeconds, type BusOptions } from './options.ts';
import { queues } from './topology.ts';

/** What the bus measures of itself at every export of metrics: the queues of the service, and its outbox. */
@Injectable()
export class BusGauges {
  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly bus: Bus,
    private readonly collections: BusCollections,
    private readonly clock: Clock,
  ) {}

  start(consumers: readonly Consumer[]): void {
    const names = this.queueNames(consumers);
    gauge('berth.bus.queue.depth', () => this.depths(names));
    gauge('berth.bus.queue.age', () => consumers.map((consumer) => this.age(consumer)));
    if (!this.collections.exist) return;
    const { outbox } = this.collections;
    gauge('berth.bus.outbox.depth', async () => [{ value: await outbox.estimatedDocumentCount() }]);
    gauge('berth.bus.outbox.age', async () => {
      const oldest = await outbox.findOne({}, { _id: 1 }).sort({ _id: 1 }).lean();
      return [{ value: oldest ? (Date.now() - madeAt(oldest._id).getTime()) / 1000 : 0 }];
    });
  }

  /** By passive declarations, which take no permission but to connect: a channel, and a round trip for each queue. */
  private depths(names: readonly string[]) {
    return this.bus.work.withChannel(async (channel) => {
      const found = await Promise.all(names.map((name) => channel.checkQueue(name)));
      return found.map(({ queue, messageCount }) => ({
        value: messageCount,
        attributes: { 'messaging.destination.name': queue },
      }));
    });
  }

  /** AMQP cannot tell the age of what waits; but queues give out the oldest first, so it is in somebody's hand. */
  private age({ inHand: { queue, messages } }: Consumer) {
    const now = this.clock.now().getTime();
    let value = 0;
    for (const message of messages) {
      const saidAt = Date.parse(textHeader(message, 'cloudEvents:time') ?? '');
      if (now - saidAt > value * 1000) value = (now - saidAt) / 1000;
    }
    return { value, attributes: { 'messaging.destination.name': queue } };
  }

  private queueNames(consumers: readonly Consumer[]): string[] {
    const { deadLetters, retry, requests } = queues(this.options.service);
    const own = consumers.map(({ inHand: { queue } }) => queue);
    if (own.every((queue) => queue === requests)) return own;
    return [...own, deadLetters, ...retryDelaysSeconds(this.options).map(retry)];
  }
}
