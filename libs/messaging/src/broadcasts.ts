import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { Clock } from '@berth/clock';
import type { EventContract, InputOf } from '@berth/contracts';
import { inScope } from '@berth/telemetry';
import type { KeptChannel } from './channel.ts';
import type { BusConnection } from './connection.ts';
import { whileHandling } from './context.ts';
import { bodyOf, contextOf, newEnvelope, scopeOf, toProperties } from './envelope.ts';
import type { HandlerTable } from './handler-table.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { declareBroadcastQueue, declareExchanges } from './topology.ts';

/** Further ones wait in the broker's queue, which is bounded, instead of in memory. */
const TAKEN_AHEAD = 200;

/**
 * Events as each replica hears them for itself (`@OnBroadcast`), through a queue that lives as long as its channel. What
 * is said while that is away is lost to this replica: `onReattached` tells it that it may have missed something.
 */
@Injectable()
export class Broadcasts {
  private readonly logger = new Logger('Bus');
  private readonly listeners: (() => void)[] = [];
  private kept?: KeptChannel;
  private attachedBefore = false;
  private handled: Promise<void> = Promise.resolve();

  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly clock: Clock,
  ) {}

  /** Whether broadcasts arrive; while not, what was derived from them may be out of date. */
  get attached(): boolean {
    return this.kept?.isOpen ?? false;
  }

  /** Calls back each time that broadcasts arrive again after they had not: some may have been missed. */
  onReattached(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * Tells everybody who listens right now, this replica too, and needs no database: neither stored nor confirmed nor repeated, so
   * for nothing that may not be lost. What is said while broadcasts do not arrive reaches nobody.
   */
  say<Contract extends EventContract>(event: Contract, data: InputOf<Contract>): void {
    if (!this.kept?.isOpen) return;
    const envelope = newEnvelope(this.options.service, event.type, this.clock.now(), {});
    const body = Buffer.from(JSON.stringify(event.schema.parse(data)));
    const properties = { ...toProperties(envelope), persistent: false };
    this.kept.get().publish(event.exchange, event.type, body, properties);
  }

  async start(connection: BusConnection, handlers: HandlerTable): Promise<void> {
    this.kept = await connection.keepChannel('broadcasts', (channel) => this.attach(channel, handlers));
  }

  private async attach(channel: Channel, handlers: HandlerTable): Promise<void> {
    await declareExchanges(channel);
    const queue = await declareBroadcastQueue(channel, this.options.service);
    for (const { contract } of handlers.values())
      if (contract.kind === 'event') await channel.bindQueue(queue, contract.exchange, contract.type);
    await channel.prefetch(TAKEN_AHEAD);
    await channel.consume(queue, (message) => this.receive(channel, handlers, message));
    if (this.attachedBefore) for (const listener of this.listeners) listener();
    this.attachedBefore = true;
  }

  /** One after the other, in the order of arrival. */
  private receive(channel: Channel, handlers: HandlerTable, message: ConsumeMessage | null): void {
    if (!message) {
      this.logger.warn('The broker cancelled the broadcasts, starting anew');
      void channel.close().catch(() => {});
      return;
    }
    this.handled = this.handled
      .then(() => inScope(scopeOf(message), () => this.handle(handlers, message)))
      .then(() => ack(channel, message));
  }

  private async handle(handlers: HandlerTable, message: ConsumeMessage): Promise<void> {
    try {
      const context = contextOf(message);
      const entry = handlers.get(context.type);
      const data = entry?.contract.schema.parse(bodyOf(message));
      await whileHandling(context, async () => entry?.run(data, context));
    } catch (error) {
      this.logger.error(error, `A broadcast is lost: ${String(message.properties.type)} was not handled`);
    }
  }
}

/** On a channel that is closed by now its queue is gone as well. */
function ack(channel: Channel, message: ConsumeMessage): void {
  try {
    channel.ack(message);
  } catch {
    return;
  }
}
