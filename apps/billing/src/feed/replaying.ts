import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { UsageRecorded } from '@berth/contracts';
import { Replays, Unroutable } from '@berth/messaging';
import { Leader, regularly } from '@berth/mongo';
import type { Connection } from 'mongoose';
import { idAndTimeOf, published } from '../usage/records.ts';
import type { LedgerRecord } from '../usage/revisions.ts';
import { before, type Place } from './place.ts';
import { UsageFeed } from './usage-feed.ts';
import type { ReplayDocument } from './usage-replay.model.ts';
import { UsageReplays } from './usage-replays.ts';

const EVERY_MILLISECONDS = 1_000;
/** Half of what may be unconfirmed: the rest is left to what has just been recorded. */
const AT_ONCE = 100;

/**
 * Publishes again what staff want to have again, in one replica, some records of each replay in turn. What was confirmed is noted
 * after every hundred; a crash before that, and so does a second leader, publishes these once more.
 */
@Injectable()
export class Replaying implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('UsageReplays');
  private readonly leader: Leader;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly replays: UsageReplays,
    private readonly feed: UsageFeed,
    private readonly queues: Replays,
    private readonly clock: Clock,
  ) {
    this.leader = new Leader(
      connection,
      'usage-replays',
      regularly(EVERY_MILLISECONDS, (tenure) => this.goOn(tenure)),
    );
  }

  /** The outside binds its queues before it asks for anything. */
  async onApplicationBootstrap(): Promise<void> {
    await this.queues.open();
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  private async goOn(tenure: AbortSignal): Promise<void> {
    for (;;) {
      const running = await this.replays.running();
      if (running.length > 0 && !(await this.isOpen())) return;
      let hasMore = false;
      for (const replay of running) {
        if (tenure.aborted) return;
        hasMore = (await this.next(replay)) || hasMore;
      }
      if (!hasMore) return;
    }
  }

  private async isOpen(): Promise<boolean> {
    try {
      await this.queues.open();
      return true;
    } catch (error) {
      this.logger.warn(error, 'Replays wait for the broker');
      return false;
    }
  }

  /** Publishes the next records of a replay; whether there are more that could be published at once. */
  private async next(replay: ReplayDocument): Promise<boolean> {
    const completeUntil = this.feed.completeUntil();
    const isWhole = replay.to <= completeUntil;
    const records = await this.feed.after(placeOf(replay), isWhole ? replay.to : completeUntil, AT_ONCE);
    const failures = await this.publish(replay, records);
    const failure = failures.find((error) => error instanceof Unroutable) ?? failures[0];
    if (failure instanceof Unroutable) {
      const error = `No queue is bound to the exchange ${this.queues.exchange} with the routing key ${replay.queue}`;
      await this.replays.note(replay, { state: 'failed', error, endedAt: this.clock.now() });
      return false;
    }
    if (failure !== undefined) {
      this.logger.warn(failure, `${replay._id} does not get on, and is tried again`);
      if (replay.error !== String(failure)) await this.replays.note(replay, { error: String(failure) });
      return false;
    }
    const isOver = isWhole && records.length < AT_ONCE;
    const last = records.at(-1);
    if (last ?? isOver)
      await this.replays.note(replay, {
        ...(last && { lastId: last._id, lastRecordedAt: last.recordedAt }),
        ...(isOver && { state: 'succeeded', endedAt: this.clock.now() }),
        published: replay.published + records.length,
        error: null,
      });
    return records.length === AT_ONCE;
  }

  /** Why some could not be published. */
  private async publish(
    { _id, queue }: ReplayDocument,
    records: readonly LedgerRecord[],
  ): Promise<unknown[]> {
    const outcomes = await Promise.allSettled(
      records.map((record) =>
        this.queues.publish(UsageRecorded, published(record), {
          ...{ queue, accountId: record.accountId, correlationId: _id },
          ...idAndTimeOf(record),
        }),
      ),
    );
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  }
}

const placeOf = ({ lastId, lastRecordedAt, from }: ReplayDocument): Place =>
  lastId !== null && lastRecordedAt !== null ? { id: lastId, recordedAt: lastRecordedAt } : before(from);
