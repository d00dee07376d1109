import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import type { Channel } from 'amqplib';
import { Bus } from './bus.ts';
import { BusCollections } from './collections.ts';
import { declareExchanges } from './topology.ts';

export interface Binding {
  exchange: string;
  /** The message type. */
  type: string;
}

const CONFIRM_EVERY_MILLISECONDS = 30_000;
/** What no replica has confirmed for this long is handled by none: not by one of the last version that still runs either. */
const STALE_AFTER_MILLISECONDS = 120_000;

/**
 * Binds a queue to the types this service handles, and unbinds those it no longer does. AMQP cannot list bindings, so
 * they are written down in the service's database with when a replica last confirmed them: while a deployment
 * replaces replicas one by one, neither version takes the other's messages away.
 */
@Injectable()
export class Bindings implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Bus');
  private readonly kept = new Map<string, readonly Binding[]>();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly collections: BusCollections,
    private readonly bus: Bus,
  ) {}

  async declare(channel: Channel, queue: string, wanted: readonly Binding[]): Promise<void> {
    await declareExchanges(channel);
    // Written down first: a crash in between leaves a note without a binding, never a binding without a note.
    await this.confirm(queue, wanted);
    for (const { exchange, type } of wanted) await channel.bindQueue(queue, exchange, type);
    await this.removeStale(channel, queue);
    this.kept.set(queue, wanted);
    this.timer ??= setInterval(() => void this.refresh(), CONFIRM_EVERY_MILLISECONDS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async refresh(): Promise<void> {
    try {
      for (const [queue, wanted] of this.kept) {
        await this.confirm(queue, wanted);
        await this.bus.work.withChannel((channel) => this.removeStale(channel, queue));
      }
    } catch (error) {
      this.logger.warn(error, 'The bindings cannot be confirmed');
    }
  }

  private async confirm(queue: string, wanted: readonly Binding[]): Promise<void> {
    const confirmedAt = new Date();
    for (const { exchange, type } of wanted) {
      await this.collections.bindings.updateOne(
        { _id: `${queue} ${exchange} ${type}` },
        { $set: { queue, exchange, type, confirmedAt } },
        { upsert: true },
      );
    }
  }

  private async removeStale(channel: Channel, queue: string): Promise<void> {
    const { bindings } = this.collections;
    const confirmedAt = { $lt: new Date(Date.now() - STALE_AFTER_MILLISECONDS) };
    for (const { _id, exchange, type } of await bindings.find({ queue, confirmedAt }).lean()) {
      this.logger.log(`${queue}: ${type} is handled no longer and unbound`);
      await channel.unbindQueue(queue, exchange, type);
      await bindings.deleteOne({ _id, confirmedAt });
    }
  }
}
