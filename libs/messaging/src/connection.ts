import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { withoutPassword } from '@berth/mongo';
import { addressesIn } from './amqp-url.ts';
import { backoffMilliseconds } from './backoff.ts';
import { coalesceWrites } from './coalesce.ts';
import { KeptChannel, type ChannelSetup } from './channel.ts';
import { BusDisconnected } from './errors.ts';

/** At a start the broker may be starting too: it is tried this often at least. */
const MOST_FAILURES_COUNTED_AT_START = 2;
const CONNECT_TIMEOUT_MILLISECONDS = 4_000;
const HEARTBEAT_SECONDS = 10;

/** A connection to the broker that comes back when it is lost, and its channels with it. */
export class BusConnection {
  private readonly logger = new Logger('Bus');
  private readonly channels = new Set<Pick<KeptChannel, 'forget' | 'rebuild'>>();
  private model?: ChannelModel;
  private closing = false;
  /** Those of a cluster's nodes; any will do. */
  private readonly addresses: readonly string[];
  /** Which one is tried next. Each process begins elsewhere, so that a cluster's nodes share them, and their queues' leaders. */
  private turn: number;

  constructor(
    private readonly url: string,
    /** As the management page shows it: `billing requests`. */
    private readonly name: string,
    private readonly patienceSeconds: number,
  ) {
    this.addresses = addressesIn(url);
    this.turn = Math.floor(Math.random() * this.addresses.length);
  }

  get connected(): boolean {
    return this.model !== undefined;
  }

  /**
   * The first connection; when patience is at its end it fails with an error that names the broker's address, and at once
   * when the signal aborts.
   */
  async open(signal: AbortSignal): Promise<void> {
    const giveUpAt = Date.now() + this.patienceSeconds * 1000;
    for (let failures = 0; ; failures++) {
      try {
        return await this.connect();
      } catch (cause) {
        const pause = backoffMilliseconds(Math.min(failures, MOST_FAILURES_COUNTED_AT_START));
        if (Date.now() + pause > giveUpAt) {
          throw new Error(`RabbitMQ at ${withoutPassword(this.url)} cannot be reached: ${messageOf(cause)}`, {
            cause,
          });
        }
        await sleep(pause, undefined, { signal });
      }
    }
  }

  /** A channel that is set up now, and again each time it or the connection was lost. The first set-up may throw. */
  keepChannel(name: string, setup: ChannelSetup<Channel>): Promise<KeptChannel> {
    return this.keep(name, (model) => model.createChannel(), setup);
  }

  /** One on which the broker confirms what is published. Where nobody waits for that it is a packet more per message. */
  keepConfirmChannel(
    name: string,
    setup: ChannelSetup<ConfirmChannel>,
  ): Promise<KeptChannel<ConfirmChannel>> {
    return this.keep(name, (model) => model.createConfirmChannel(), setup);
  }

  /** Does something once on a channel of its own, which is closed afterwards; its error says why the broker refused. */
  async withChannel<Result>(work: (channel: Channel) => Promise<Result>): Promise<Result> {
    if (!this.model) throw new BusDisconnected(this.name);
    const channel = await this.model.createChannel();
    let refused: Error | undefined;
    channel.on('error', (error) => (refused = error));
    try {
      return await work(channel);
    } catch (error) {
      throw refused ?? error;
    } finally {
      // Amqplib never tells of a close that the connection did not live to see answered.
      await Promise.race([channel.close(), once(channel, 'close')]).catch(() => {});
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const channel of this.channels) channel.forget();
    const model = this.model;
    this.model = undefined;
    await model?.close().catch(() => {});
  }

  private async keep<Kind extends Channel>(
    name: string,
    create: (model: ChannelModel) => Promise<Kind>,
    setup: ChannelSetup<Kind>,
  ): Promise<KeptChannel<Kind>> {
    const channel = new KeptChannel(`${this.name} ${name}`, create, setup, () => this.model);
    await channel.open();
    this.channels.add(channel);
    return channel;
  }

  private async connect(): Promise<void> {
    const address = this.addresses[this.turn++ % this.addresses.length] ?? '';
    const model = await connect(withHeartbeat(address), {
      noDelay: true,
      timeout: CONNECT_TIMEOUT_MILLISECONDS,
      clientProperties: { connection_name: this.name },
    });
    model.on('error', (error) => this.logger.warn(`${this.name}: ${error.message}`));
    model.on('blocked', (reason) =>
      this.logger.warn(`${this.name}: the broker holds back publishers: ${reason}`),
    );
    model.on('close', () => this.lost(model));
    coalesceWrites(model);
    this.model = model;
  }

  private lost(model: ChannelModel): void {
    if (this.model !== model) return;
    this.model = undefined;
    if (!this.closing) void this.reconnect();
  }

  private async reconnect(): Promise<void> {
    this.logger.warn(`${this.name}: connection lost, connecting again`);
    for (let failures = 0; !this.closing; failures++) {
      await sleep(backoffMilliseconds(failures));
      try {
        await this.connect();
        break;
      } catch (error) {
        this.logger.warn(`${this.name}: still disconnected: ${messageOf(error)}`);
      }
    }
    if (this.closing) return this.close();
    this.logger.log(`${this.name}: connected again`);
    for (const channel of this.channels) channel.rebuild();
  }
}

function withHeartbeat(url: string): string {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat'))
    address.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  return address.href;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || String(error) : String(error);
}
