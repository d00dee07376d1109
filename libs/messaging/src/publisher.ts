import { Injectable } from '@nestjs/common';
import type { ConfirmChannel, Options } from 'amqplib';
import type { BusConnection } from './connection.ts';
import type { KeptChannel } from './channel.ts';
import { NotPublished } from './errors.ts';
import { declareExchanges } from './topology.ts';

export interface Outgoing {
  /** '' is the default exchange: the routing key is then a queue. */
  exchange: string;
  routingKey: string;
  body: Buffer;
  properties: Options.Publish;
  /** Whether it counts as failed when no queue takes it. */
  mandatory: boolean;
}

/** More unconfirmed messages than this make no broker faster, and are lost knowledge when the connection breaks. */
const MOST_IN_FLIGHT = 200;
const CONFIRM_TIMEOUT_MILLISECONDS = 10_000;
/** A short loss of the connection is waited for; the outbox keeps what takes longer. */
const RECONNECT_TIMEOUT_MILLISECONDS = 3_000;

/** Hands messages to the broker, persistent and confirmed: when `publish` resolves, the broker has it on disk. */
@Injectable()
export class Publisher {
  private channel?: KeptChannel<ConfirmChannel>;
  private inFlight = 0;
  private readonly waiting: (() => void)[] = [];
  /** Message ids the broker gave back; it does so before it confirms them. */
  private readonly returned = new Set<string>();

  async open(connection: BusConnection): Promise<void> {
    this.channel = await connection.keepConfirmChannel('publisher', async (channel) => {
      channel.on('return', ({ properties }) => this.returned.add(String(properties.messageId)));
      await declareExchanges(channel);
    });
  }

  get isOpen(): boolean {
    return this.channel?.isOpen ?? false;
  }

  /** Throws {@link NotPublished} or `BusDisconnected`; the broker may still have taken the message. */
  async publish(message: Outgoing): Promise<void> {
    while (this.inFlight >= MOST_IN_FLIGHT) await new Promise<void>((free) => this.waiting.push(free));
    this.inFlight++;
    try {
      if (!this.channel) throw new NotPublished('The bus has not been opened');
      if (!this.channel.isOpen) await this.channel.whenOpen(RECONNECT_TIMEOUT_MILLISECONDS);
      await this.confirmed(this.channel.get(), message);
    } finally {
      this.inFlight--;
      this.waiting.shift()?.();
    }
  }

  private confirmed(channel: ConfirmChannel, message: Outgoing): Promise<void> {
    const { exchange, routingKey, body, properties, mandatory } = message;
    const id = String(properties.messageId);
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new NotPublished(`No confirm of ${id} within ${CONFIRM_TIMEOUT_MILLISECONDS} ms`)),
        CONFIRM_TIMEOUT_MILLISECONDS,
      );
      channel.publish(
        exchange,
        routingKey,
        body,
        { ...properties, persistent: true, mandatory },
        (error: unknown) => {
          clearTimeout(late);
          const returned = this.returned.delete(id);
          if (error) reject(new NotPublished(`The broker did not confirm ${id}: ${String(error)}`));
          else if (returned) reject(new Unroutable(`No queue takes ${routingKey}`));
          else resolve();
        },
      );
    });
  }
}

/** Nobody is bound to a message that somebody has to get. */
export class Unroutable extends NotPublished {
  override readonly name = 'Unroutable';
}
