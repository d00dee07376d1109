import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { Acknowledgements } from './acknowledgements.ts';
import type { BusConnection } from './connection.ts';
import type { KeptChannel } from './channel.ts';

interface ConsumerOptions {
  queue: string;
  /** How many messages the broker hands over before it gets one back. */
  prefetch: number;
  /** How many of them are handled at once; all by default. The others wait here, in the order in which they came. */
  atOnce?: number;
  /** Declares the queue and its bindings; again on every new channel, so that a deleted queue comes back. */
  declare: (channel: Channel) => Promise<void>;
  /**
   * Resolves when the message is done with; when it throws, the broker delivers it again. `release` gives its place back
   * before: from then on the message is gone, should this process die.
   */
  handle: (message: ConsumeMessage, channel: Channel, release: () => void) => Promise<void>;
}

interface Delivery {
  message: ConsumeMessage;
  channel: Channel;
  acknowledgements: Acknowledgements;
}

/** Before a message goes back because nothing could be done with it: no busy loop while a neighbour is away. */
const REQUEUE_PAUSE_MILLISECONDS = 1_000;

/** Takes messages from one queue for as long as the service lives, whatever happens to channel, queue or connection. */
export class Consumer {
  private readonly logger = new Logger('Bus');
  private readonly handling = new Map<ConsumeMessage, Promise<void>>();
  private waiting: Delivery[] = [];
  private readonly stopped = new AbortController();
  private kept?: KeptChannel;
  private channel?: Channel;
  private acknowledgements?: Acknowledgements;
  private tag?: string;
  private attaching: Promise<void> = Promise.resolve();

  constructor(private readonly options: ConsumerOptions) {}

  get attached(): boolean {
    return this.kept?.isOpen === true && this.tag !== undefined;
  }

  /** The queue, and what has been taken from it and is not done with. */
  get inHand(): { queue: string; messages: readonly ConsumeMessage[] } {
    const waiting = this.waiting.map(({ message }) => message);
    return { queue: this.options.queue, messages: [...this.handling.keys(), ...waiting] };
  }

  async start(connection: BusConnection): Promise<void> {
    this.kept = await connection.keepChannel(this.options.queue, (channel) => this.attach(channel));
  }

  /** Takes no further message, gives back those that wait and waits for those being handled. */
  async drain(timeoutMilliseconds: number): Promise<void> {
    this.stopped.abort();
    this.kept?.forget();
    await this.attaching.catch(() => {});
    if (this.channel && this.tag) await this.channel.cancel(this.tag).catch(() => {});
    this.tag = undefined;
    for (const { message, acknowledgements } of this.waiting.splice(0)) acknowledgements.giveBack(message);
    const giveUp = new AbortController();
    const late = sleep(timeoutMilliseconds, 'late', { signal: giveUp.signal }).catch(() => 'late');
    if ((await Promise.race([Promise.all(this.handling.values()), late])) === 'late') {
      this.logger.error(
        `${this.options.queue}: ${this.handling.size} handlers are left behind; their messages come again`,
      );
    }
    giveUp.abort();
    this.acknowledgements?.flush();
    // The broker answers this after all that was written before it: acknowledgements and answers have arrived. The end of a
    // connection overtakes what its channels wrote last, and what was done would be delivered again.
    await this.channel?.close().catch(() => {});
  }

  private attach(channel: Channel): Promise<void> {
    this.attaching = this.consume(channel);
    return this.attaching;
  }

  private async consume(channel: Channel): Promise<void> {
    const { queue, prefetch, declare } = this.options;
    this.tag = undefined;
    this.channel = channel;
    channel.on('close', () => {
      if (this.channel !== channel) return;
      this.tag = undefined;
      // The broker delivers them once more.
      this.waiting = [];
    });
    await declare(channel);
    await channel.prefetch(prefetch);
    if (this.stopped.signal.aborted) return;
    const acknowledgements = new Acknowledgements(channel);
    this.acknowledgements = acknowledgements;
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message) this.receive({ message, channel, acknowledgements });
      else this.startAnew(channel);
    });
    this.tag = consumerTag;
  }

  private startAnew(channel: Channel): void {
    this.logger.warn(`${this.options.queue}: the broker cancelled the consumer, starting anew`);
    void channel.close().catch(() => {});
  }

  private receive(delivery: Delivery): void {
    delivery.acknowledgements.taken(delivery.message);
    if (this.handling.size < (this.options.atOnce ?? Infinity)) this.begin(delivery);
    else this.waiting.push(delivery);
  }

  private begin(delivery: Delivery): void {
    this.handling.set(delivery.message, this.handle(delivery));
  }

  private end({ message }: Delivery): void {
    this.handling.delete(message);
    const next = this.waiting.shift();
    if (next) this.begin(next);
  }

  private async handle(delivery: Delivery): Promise<void> {
    const { message, channel, acknowledgements } = delivery;
    let isReleased = false;
    const release = () => {
      if (!isReleased) acknowledgements.ack(message);
      isReleased = true;
    };
    try {
      await this.options.handle(message, channel, release);
      release();
    } catch (error) {
      if (isReleased) return this.logger.error(error, `${this.options.queue}: an answer is lost`);
      this.logger.error(error, `${this.options.queue}: a message goes back to the queue`);
      await sleep(REQUEUE_PAUSE_MILLISECONDS, undefined, { signal: this.stopped.signal }).catch(() => {});
      acknowledgements.giveBack(message);
    } finally {
      this.end(delivery);
    }
  }
}
