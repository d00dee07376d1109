import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Message } from 'amqplib';
import { isDatabaseAway, newId } from '@berth/mongo';
import { count } from '@berth/telemetry';
import { ATTEMPT_HEADER, attemptOf } from './envelope.ts';
import { BUS_OPTIONS, retryDelaysSeconds, type BusOptions } from './options.ts';
import { Bus } from './bus.ts';
import { Publisher, Unroutable, type Outgoing } from './publisher.ts';
import { SUSPECT_HEADER } from './suspects.ts';
import { declareRetryQueues, queues } from './topology.ts';

/** 1 s, 10 s, 1 min, then every 10 min: about an hour, after which people have to look. */
const MOST_ATTEMPTS = 10;
/** Headers share a frame of 128 KiB. */
const LONGEST_STACK = 8_000;

/**
 * `unreadable`: no JSON, or not what the contract says. `no_handler`: of a type this service no longer handles.
 * `ended_process`: the process that handled it came to its end.
 */
export type DeadLetterReason = 'unreadable' | 'no_handler' | 'failed' | 'ended_process';

/** Where messages go that could not be handled: to a delay queue, or to the dead letters. */
@Injectable()
export class Failures {
  private readonly logger = new Logger('Bus');
  private readonly delaysSeconds: readonly number[];

  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly publisher: Publisher,
    private readonly bus: Bus,
  ) {
    this.delaysSeconds = retryDelaysSeconds(options);
  }

  /**
   * It comes back to its queue after a delay that grows with the attempts, or goes to the dead letters after the last. While
   * the database is away no attempt counts, and the delay stays the shortest.
   */
  async retry(queue: string, message: Message, reason: DeadLetterReason, error: Error): Promise<void> {
    const attempt = attemptOf(message);
    // It is not the message's fault, and nobody should wait ten minutes for a database that is back after one.
    const isInnocent = isDatabaseAway(error);
    if (!isInnocent && attempt >= MOST_ATTEMPTS) return this.bury(queue, message, reason, error);
    const step = isInnocent ? 1 : Math.min(attempt, this.delaysSeconds.length);
    const delay = this.delaysSeconds[step - 1] ?? 0;
    count('berth.bus.message.retries', labels(queue, message));
    this.logger.warn(error, `${describe(queue, message)} failed, attempt ${attempt}; again in ${delay} s`);
    await this.pass({
      exchange: queues(this.options.service).retry(delay),
      routingKey: queue,
      body: message.content,
      properties: {
        ...carriedOn(message),
        headers: {
          ...ownHeaders(message),
          [ATTEMPT_HEADER]: isInnocent ? attempt : attempt + 1,
          ...(reason === 'ended_process' && { [SUSPECT_HEADER]: true }),
        },
      },
      mandatory: true,
    });
  }

  /** It waits for people, with what they need to know in its headers. */
  async bury(queue: string, message: Message, reason: DeadLetterReason, error: Error): Promise<void> {
    count('berth.bus.message.deaths', { ...labels(queue, message), reason });
    this.logger.error(error, `${describe(queue, message)} goes to the dead letters: ${reason}`);
    await this.pass({
      exchange: '',
      routingKey: queues(this.options.service).deadLetters,
      body: message.content,
      properties: {
        ...carriedOn(message),
        headers: {
          ...ownHeaders(message),
          [ATTEMPT_HEADER]: attemptOf(message),
          'berth-queue': queue,
          'berth-reason': reason,
          'berth-stack': (error.stack ?? error.message).slice(0, LONGEST_STACK),
          'berth-dead-at': new Date().toISOString(),
        },
      },
      mandatory: true,
    });
  }

  /** Should the queue have been deleted, it is made again. */
  private async pass(message: Outgoing): Promise<void> {
    try {
      await this.publisher.publish(message);
    } catch (error) {
      if (!(error instanceof Unroutable)) throw error;
      await this.bus.work.withChannel((channel) =>
        declareRetryQueues(channel, this.options.service, this.delaysSeconds),
      );
      await this.publisher.publish(message);
    }
  }
}

const describe = (queue: string, { properties }: Message) =>
  `${queue}: ${String(properties.type)} ${String(properties.messageId)}`;

const labels = (queue: string, { properties }: Message) => ({
  'messaging.destination.name': queue,
  'berth.message.type': String(properties.type),
});

/** The properties a message keeps on its way. */
export function carriedOn({ properties }: Message) {
  const { messageId, type, contentType } = properties;
  return { messageId: messageId ?? newId('msg'), type, contentType };
}

/** All headers but the broker's `x-death` and the like: with them it would take a second round for an endless one. */
export function ownHeaders(message: Message): Record<string, unknown> {
  const headers: Record<string, unknown> = message.properties.headers ?? {};
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-')));
}
