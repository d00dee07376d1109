import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { inSpan, type SpanOptions } from '@berth/telemetry';
import { EventsQueue, type QueueMessage } from './events-queue.ts';
import { Notifications } from './notifications.ts';
import { later, type Outcome } from './outcome.ts';

/** More are left in the queue for other replicas. */
const MESSAGES_IN_HAND = 50;
const PAUSE_AFTER_FAILURE_MILLISECONDS = 1_000;
/** Whoever publishes to the topic cannot say which trace it belongs to: what is believed of it is linked to this one. */
const SPAN: SpanOptions = {
  name: 'process notification',
  kind: 'consumer',
  attributes: {
    'messaging.system': 'aws_sqs',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
  },
};

/**
 * Takes notifications from SQS, in every replica. A message is deleted only after all that it led to is committed, so
 * that a crash makes it come again; whatever fails comes again too, until the queue's own limits.
 */
@Injectable()
export class Bridge implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Bridge.name);
  private readonly stopping = new AbortController();
  private readonly inHand = new Set<Promise<void>>();
  private receiving: Promise<void> = Promise.resolve();

  constructor(
    private readonly queue: EventsQueue,
    private readonly notifications: Notifications,
  ) {}

  onApplicationBootstrap(): void {
    this.receiving = this.receive(this.stopping.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.receiving;
    await Promise.all(this.inHand);
  }

  private async receive(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for (const message of await this.queue.receive(signal)) this.take(message);
        while (this.inHand.size >= MESSAGES_IN_HAND) await Promise.race(this.inHand);
      } catch (error) {
        if (signal.aborted) return;
        this.logger.warn(error, 'The events queue cannot be read, trying again');
        await delay(PAUSE_AFTER_FAILURE_MILLISECONDS, undefined, { signal }).catch(() => {});
      }
    }
  }

  private take(message: QueueMessage): void {
    const handled = inSpan(SPAN, () => this.handle(message))
      .catch((error: unknown) => this.logger.warn(error, 'A notification is left to its visibility timeout'))
      .finally(() => this.inHand.delete(handled));
    this.inHand.add(handled);
  }

  private async handle(message: QueueMessage): Promise<void> {
    const outcome = await this.outcomeOf(message);
    if (outcome === 'done') await this.queue.delete(message);
    else await this.queue.postpone(message, outcome.againInSeconds);
  }

  private async outcomeOf({ body, attempt }: QueueMessage): Promise<Outcome> {
    try {
      return await this.notifications.handle(body, attempt);
    } catch (error) {
      this.logger.warn(error, 'A notification failed and will come again');
      return later(attempt);
    }
  }
}
