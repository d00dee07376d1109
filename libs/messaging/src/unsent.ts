import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { StuckThing } from '@berth/contracts';
import { madeAt } from '@berth/mongo';
import { BusCollections, type OutboxRow } from './collections.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { Relay } from './relay.ts';
import { Stuck, type StuckSource } from './stuck.ts';

/** What a crash left is sent within 10 s; a row that is older cannot be sent, and somebody should know why. */
const UNSENT_MILLISECONDS = 60_000;
/** So many of the oldest are looked at: when there are more, it is no matter of single messages. */
const SEEN_AT_MOST = 1_000;

/** Rows of the outbox that do not leave it, such as commands whose owner has no queue. Their ids are in the order of time. */
@Injectable()
export class Unsent implements StuckSource, OnModuleInit {
  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly collections: BusCollections,
    private readonly relay: Relay,
    private readonly stuck: Stuck,
  ) {}

  onModuleInit(): void {
    if (this.collections.exist) this.stuck.add(this);
  }

  async list({ after, limit }: Parameters<StuckSource['list']>[0]): Promise<StuckThing[]> {
    const rows = await this.collections.outbox
      .find({}, { body: 0, properties: 0 })
      .sort({ _id: 1 })
      .limit(SEEN_AT_MOST)
      .lean<OutboxRow[]>();
    return rows
      .filter(isOld)
      .map((row) => this.thingOf(row))
      .filter(({ stuckSince, id }) => !after || [stuckSince, id].join() > [after.stuckSince, after.id].join())
      .slice(0, limit);
  }

  /** Sends it again; one that leaves by that is answered as it was, with no further attempt. */
  async nudge(id: string): Promise<StuckThing | null> {
    const { outbox } = this.collections;
    const row = await outbox.findOne({ _id: id }).lean<OutboxRow | null>();
    if (!row || !isOld(row)) return null;
    await outbox.updateOne({ _id: id }, { $set: { dueAt: new Date() } });
    await this.relay.sweep();
    await this.relay.flush();
    const left = await outbox.findOne({ _id: id }).lean<OutboxRow | null>();
    return left ? this.thingOf(left) : { ...this.thingOf(row), nextAttemptAt: null };
  }

  private thingOf({ _id: id, routingKey, attempts, error, dueAt }: OutboxRow): StuckThing {
    const made = madeAt(id);
    return {
      id,
      service: this.options.service,
      kind: 'message',
      why: attempts > 0 ? 'failing' : 'late',
      accountId: null,
      state: routingKey,
      step: null,
      enteredAt: made.toISOString(),
      deadlineAt: null,
      stuckSince: new Date(made.getTime() + UNSENT_MILLISECONDS).toISOString(),
      attempts,
      error: error ?? null,
      nextAttemptAt: dueAt.toISOString(),
      operation: null,
    };
  }
}

const isOld = ({ _id }: OutboxRow): boolean => Date.now() - madeAt(_id).getTime() >= UNSENT_MILLISECONDS;
