import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Channel, ChannelModel } from 'amqplib';
import { backoffMilliseconds } from './backoff.ts';
import { BusDisconnected } from './errors.ts';

/** Declares, consumes, whatever the channel is for; runs on every new channel. */
export type ChannelSetup<Kind extends Channel> = (channel: Kind) => Promise<void>;

/** A channel that is replaced when the broker closes it. {@link BusConnection} replaces it after a reconnect. */
export class KeptChannel<Kind extends Channel = Channel> {
  private readonly logger = new Logger('Bus');
  private channel?: Kind;
  private forgotten = false;
  private rebuilding = false;
  private readonly opened = new EventEmitter().setMaxListeners(0);

  constructor(
    private readonly name: string,
    private readonly create: (connection: ChannelModel) => Promise<Kind>,
    private readonly setup: ChannelSetup<Kind>,
    private readonly connection: () => ChannelModel | undefined,
  ) {}

  get isOpen(): boolean {
    return this.channel !== undefined;
  }

  /** The open channel; throws {@link BusDisconnected} while there is none. */
  get(): Kind {
    if (!this.channel) throw new BusDisconnected(this.name);
    return this.channel;
  }

  /** The channel, as soon as there is one; throws {@link BusDisconnected} when that takes longer. */
  async whenOpen(timeoutMilliseconds: number): Promise<Kind> {
    if (!this.channel) {
      await once(this.opened, 'open', { signal: AbortSignal.timeout(timeoutMilliseconds) }).catch(() => {});
    }
    return this.get();
  }

  async open(): Promise<void> {
    const connection = this.connection();
    if (!connection) throw new BusDisconnected(this.name);
    const channel = await this.create(connection);
    let refused: Error | undefined;
    let closed = false;
    channel.on('error', (error) => {
      refused = error;
      this.logger.warn(`${this.name}: ${error.message}`);
    });
    channel.on('close', () => {
      closed = true;
      this.lost(channel);
    });
    try {
      await this.setup(channel);
      if (closed) throw new BusDisconnected(this.name);
    } catch (error) {
      await channel.close().catch(() => {});
      throw refused ?? error;
    }
    this.channel = channel;
    this.opened.emit('open');
  }

  /** Sets the channel up again until it works, or until the connection is lost (whose return starts it again). */
  rebuild(): void {
    if (!this.rebuilding) void this.keepTrying();
  }

  /** It is not replaced any more. */
  forget(): void {
    this.forgotten = true;
  }

  private async keepTrying(): Promise<void> {
    this.rebuilding = true;
    for (let failures = 0; !this.forgotten && !this.channel && this.connection(); failures++) {
      await sleep(backoffMilliseconds(failures));
      await this.open().catch((error: unknown) => this.logger.error(error, `${this.name}: cannot be set up`));
    }
    this.rebuilding = false;
  }

  private lost(channel: Kind): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    if (!this.forgotten) this.rebuild();
  }
}
