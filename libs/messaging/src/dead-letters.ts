import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { GetMessage } from 'amqplib';
import { Bus } from './bus.ts';
import { ATTEMPT_HEADER, attemptOf, textHeader } from './envelope.ts';
import { carriedOn, ownHeaders } from './failures.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { Publisher } from './publisher.ts';
import { queues } from './topology.ts';

export interface DeadLetter {
  /** The message's id. */
  id: string;
  type: string;
  /** The queue it could not be handled in. */
  queue: string;
  /** `unreadable`, `failed`, or `delivery_limit` when it ended the process again and again. */
  reason: string;
  stack: string;
  attempts: number;
  /** RFC 3339; absent when the broker put it here. */
  deadAt?: string;
  body: string;
}

/** Somebody else may have taken some in the meantime. */
const PUT_BACK_TIMEOUT_MILLISECONDS = 2_000;

/** What this service could not handle, for people to look at and to try again. */
@Injectable()
export class DeadLetters {
  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly bus: Bus,
    private readonly publisher: Publisher,
  ) {}

  /** The oldest ones; they stay where they are. */
  async list(limit = 100): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    await this.visit(limit, async (message) => {
      found.push(describe(message));
      return 'keep';
    });
    return found;
  }

  /** Undefined when it is not here (any more). */
  async find(id: string): Promise<DeadLetter | undefined> {
    let found: DeadLetter | undefined;
    await this.visit(Number.POSITIVE_INFINITY, async (message) => {
      const letter = describe(message);
      if (letter.id === id) found = letter;
      return 'keep';
    });
    return found;
  }

  /** Puts one back into its queue; false when it is not here (any more). Doing it twice has the effect of once. */
  async replay(id: string): Promise<boolean> {
    return (await this.replayIf((letter) => letter.id === id)) > 0;
  }

  /** Puts all back that are here now and returns how many. */
  async replayAll(): Promise<number> {
    return this.replayIf(() => true);
  }

  /** A crash between the two steps leaves it here and in its queue: the inbox then knows the second as handled. */
  private async replayIf(wanted: (letter: DeadLetter) => boolean): Promise<number> {
    let replayed = 0;
    await this.visit(Number.POSITIVE_INFINITY, async (message) => {
      const letter = describe(message);
      if (!wanted(letter)) return 'keep';
      await this.publisher.publish({
        exchange: '',
        routingKey: letter.queue,
        body: message.content,
        properties: { ...carriedOn(message), headers: { ...ownHeaders(message), [ATTEMPT_HEADER]: 1 } },
        mandatory: true,
      });
      replayed++;
      return 'remove';
    });
    return replayed;
  }

  /**
   * Looks at up to `limit` of those that are here at the start. What stays goes back to the queue, which the broker
   * does a moment after it was told to: the visit ends when it has, so that the next one finds all.
   */
  private async visit(
    limit: number,
    look: (message: GetMessage) => Promise<'keep' | 'remove'>,
  ): Promise<void> {
    const queue = queues(this.options.service).deadLetters;
    await this.bus.work.withChannel(async (channel) => {
      const { messageCount } = await channel.checkQueue(queue);
      const kept: GetMessage[] = [];
      for (let seen = 0; seen < Math.min(limit, messageCount); seen++) {
        const message = await channel.get(queue);
        if (!message) break;
        if ((await look(message)) === 'remove') channel.ack(message);
        else kept.push(message);
      }
      for (const message of kept) channel.nack(message);
      const giveUpAt = Date.now() + PUT_BACK_TIMEOUT_MILLISECONDS;
      while ((await channel.checkQueue(queue)).messageCount < kept.length && Date.now() < giveUpAt)
        await sleep(10);
    });
  }
}

function describe(message: GetMessage): DeadLetter {
  const { messageId, type, headers } = message.properties;
  const [death] = headers?.['x-death'] ?? [];
  return {
    id: String(messageId),
    type: String(type),
    queue: textHeader(message, 'berth-queue') ?? death?.queue ?? '',
    reason: textHeader(message, 'berth-reason') ?? death?.reason ?? 'unknown',
    stack: textHeader(message, 'berth-stack') ?? '',
    attempts: attemptOf(message),
    deadAt: textHeader(message, 'berth-dead-at'),
    body: message.content.toString('utf8'),
  };
}
