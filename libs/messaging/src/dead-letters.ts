import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { Bus } from './bus.ts';
import { ATTEMPT_HEADER, attemptOf, textHeader } from './envelope.ts';
import { carriedOn, ownHeaders } from './failures.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { Publisher } from './publisher.ts';
import { LockTaken, withQueueLock } from './queue-lock.ts';
import { TookTooLong } from './time-limit.ts';
import { queues } from './topology.ts';
import { Turns } from './turns.ts';

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

/** A visit is over in a moment; only putting back thousands of letters takes longer. */
const PATIENCE_SECONDS = 10;
/** Letters that were purged since they were counted never come; those that were put back come a moment later. */
const DELIVERY_TIMEOUT_MILLISECONDS = 2_000;
/** As many as may be unacknowledged on a channel: prefetch is a number of 16 bits. */
const SEEN_AT_MOST = 65_535;

/**
 * What this service could not handle, for people to look at and to try again. Several may do so at once, in whatever
 * processes: they take turns, and every method throws {@link DeadLettersBusy} when its turn has not come within 10 s. Of more
 * than 65,535 letters the oldest are seen.
 */
@Injectable()
export class DeadLetters {
  private readonly queue: string;

  constructor(
    @Inject(BUS_OPTIONS) options: BusOptions,
    private readonly bus: Bus,
    private readonly publisher: Publisher,
    private readonly turns: Turns,
  ) {
    this.queue = queues(options.service).deadLetters;
  }

  /** The oldest ones; they stay where they are. */
  async list(limit = 100): Promise<DeadLetter[]> {
    return this.visit(limit, async (messages) => lettersOf(messages));
  }

  /** Undefined when it is not here (any more). */
  async find(id: string): Promise<DeadLetter | undefined> {
    return this.visit(SEEN_AT_MOST, async (messages) =>
      lettersOf(messages).find((letter) => letter.id === id),
    );
  }

  /** Puts one back into its queue; false when it is not here (any more). Doing it twice has the effect of once. */
  async replay(id: string): Promise<boolean> {
    return (await this.replayIf((letter) => letter.id === id)) > 0;
  }

  /** Puts all back that are here now and returns how many; when some could not be put back, throws after all the others. */
  async replayAll(): Promise<number> {
    return this.replayIf(() => true);
  }

  /**
   * A crash between the two steps leaves a letter here and in its queue. Where the first is handled, the inbox knows the
   * second; where both fail, the letter lies here twice, and both go when it is put back once.
   */
  private replayIf(wanted: (letter: DeadLetter) => boolean): Promise<number> {
    return this.visit(SEEN_AT_MOST, async (messages, remove) => {
      const puttingBack = new Map<string, Promise<void>>();
      const replays = messages.map(async (message) => {
        const letter = describe(message);
        if (!wanted(letter)) return;
        const putBack = puttingBack.get(keyOf(letter)) ?? this.putBack(letter.queue, message);
        puttingBack.set(keyOf(letter), putBack);
        await putBack;
        remove(message);
      });
      const failures = rejected(await Promise.allSettled(replays));
      if (!failures.length) return puttingBack.size;
      const first = String(failures[0]);
      throw new AggregateError(failures, `${failures.length} letters of ${this.queue} stay there: ${first}`);
    });
  }

  private putBack(queue: string, message: ConsumeMessage): Promise<void> {
    return this.publisher.publish({
      exchange: '',
      routingKey: queue,
      body: message.content,
      properties: { ...carriedOn(message), headers: { ...ownHeaders(message), [ATTEMPT_HEADER]: 1 } },
      mandatory: true,
    });
  }

  private async visit<Result>(limit: number, look: Look<Result>): Promise<Result> {
    const { work } = this.bus;
    const lock = `${this.queue}.visited`;
    const visit = () => work.withChannel((channel) => visitOn(channel, this.queue, limit, look));
    try {
      return await this.turns.take(lock, PATIENCE_SECONDS, () =>
        withQueueLock(work, lock, PATIENCE_SECONDS, visit),
      );
    } catch (error) {
      throw error instanceof LockTaken || error instanceof TookTooLong
        ? new DeadLettersBusy(this.queue)
        : error;
    }
  }
}

type Look<Result> = (
  messages: readonly ConsumeMessage[],
  remove: (message: ConsumeMessage) => void,
) => Promise<Result>;

/**
 * Looks at up to `limit` of those that are here at the start. What is not removed goes back to the queue, which the broker
 * does a moment after it was told to: the visit ends when it has, so that the next one finds all.
 */
async function visitOn<Result>(
  channel: Channel,
  queue: string,
  limit: number,
  look: Look<Result>,
): Promise<Result> {
  const { messageCount } = await channel.checkQueue(queue);
  const messages = await delivered(channel, queue, Math.min(limit, messageCount, SEEN_AT_MOST));
  let removed = 0;
  try {
    return await look(messages, (message) => {
      channel.ack(message);
      removed++;
    });
  } finally {
    channel.nackAll();
    await untilReady(channel, queue, messages.length - removed);
  }
}

/** Somebody else looks at the letters all the time, or puts very many of them back. */
export class DeadLettersBusy extends Error {
  override readonly name = 'DeadLettersBusy';

  constructor(queue: string) {
    super(`Others have been looking at ${queue} for ${PATIENCE_SECONDS} s: try again`);
  }
}

/** The oldest messages of a queue, in one go: to get each by itself takes a round trip for each. */
async function delivered(channel: Channel, queue: string, count: number): Promise<ConsumeMessage[]> {
  const messages: ConsumeMessage[] = [];
  if (count === 0) return messages;
  const all = new AbortController();
  const late = sleep(DELIVERY_TIMEOUT_MILLISECONDS, undefined, { signal: all.signal }).catch(() => {});
  await channel.prefetch(count);
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (message) messages.push(message);
    if (!message || messages.length === count) all.abort();
  });
  await late;
  await channel.cancel(consumerTag);
  return messages;
}

async function untilReady(channel: Channel, queue: string, count: number): Promise<void> {
  const giveUpAt = Date.now() + DELIVERY_TIMEOUT_MILLISECONDS;
  while ((await channel.checkQueue(queue)).messageCount < count && Date.now() < giveUpAt) await sleep(10);
}

const rejected = (results: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));

/** A process that was killed between putting a letter here and saying so left it to be put here again: it is one letter. */
const lettersOf = (messages: readonly ConsumeMessage[]): DeadLetter[] => [
  ...new Map(messages.map(describe).map((letter) => [keyOf(letter), letter])).values(),
];

const keyOf = ({ queue, id }: DeadLetter) => `${queue}/${id}`;

function describe(message: ConsumeMessage): DeadLetter {
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
