import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Logger,
  type FactoryProvider,
  type InjectionToken,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection, Model } from 'mongoose';
import { insertOne } from './insert.ts';
import { knowledgeGapSchema, MOST_SKEW_MILLISECONDS, type KnowledgeGap } from './knowledge-gap.ts';
import { documentSchema } from './schema.ts';
import { Transactions } from './transactions.ts';

/** What is done between the last beat and a restart counts as unknown: the shorter, the less is held back for nothing. */
const BEAT_SECONDS = 10;
const LOOK_MILLISECONDS = 1_000;
const WITNESSED_BEATS = 2;
/** A process that has been silent for so long is forgotten; when all are, all that was before is unknown. */
const KEPT_SECONDS = 30 * 86_400;

/** That a process was at work on this database, and how often it has said so. */
interface Heartbeat {
  /** Of the process, made anew at each start. */
  _id: string;
  /** Only the process itself raises it: to find it lower than it was left is to find another database. */
  number: number;
  at: Date;
}

/** A document that this process has stored. */
interface Witness {
  collection: string;
  _id: string;
  /** In how many beats it has been found; after some their number says as much. */
  seen: number;
}

const heartbeatSchema = documentSchema<Heartbeat>(
  { _id: String, number: { type: Number, required: true }, at: { type: Date, required: true } },
  { collection: 'heartbeats' },
)
  // The latest, and those to forget.
  .index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

/**
 * Whether this database is the one that saw all we did: an older one may have been restored in its place. Each process
 * raises a number of its own in it; while it finds that number as high as it left it, and the last document it was told
 * to remember, the database has not gone back. When it does not, and at every start, where a process cannot tell, the time
 * since the last beat of anybody becomes a {@link KnowledgeGap}. No two clocks are compared but to read how long a gap is.
 */
export class Continuity implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Continuity.name);
  private readonly heartbeats: Model<Heartbeat>;
  private readonly stored: Model<KnowledgeGap>;
  private readonly processId = randomUUID();
  private readonly stopping = new AbortController();
  private beating: Promise<void> = Promise.resolve();
  /** As high as our number has been seen; 0 before the first beat. */
  private number = 0;
  private beatAt = new Date(0);
  private witness: Witness | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly transactions: Transactions,
    private readonly clock: { now(): Date },
  ) {
    this.heartbeats = connection.model<Heartbeat>('Heartbeat', heartbeatSchema);
    this.stored = connection.model<KnowledgeGap>('KnowledgeGap', knowledgeGapSchema);
  }

  /** A provider of it that goes by the clock of this token: `Continuity.by(Clock)`. */
  static by(clock: InjectionToken): FactoryProvider<Continuity> {
    return {
      provide: Continuity,
      inject: [getConnectionToken(), Transactions, clock],
      useFactory: (...parts: ConstructorParameters<typeof Continuity>) => new Continuity(...parts),
    };
  }

  /** The first beat as early as can be: what is done before it is not known to have been known. */
  async onApplicationBootstrap(): Promise<void> {
    await this.prove();
    this.beating = this.beat();
  }

  /** The last beat as late as can be. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.beating;
    await this.tryToProve();
  }

  /**
   * Beats, within the open transaction if there is one: what else is read in that comes from a database all of whose gaps
   * are among {@link gaps}, or it does not commit.
   */
  async prove(): Promise<void> {
    await this.transactions.run(async () => {
      const at = this.clock.now();
      const { witness } = this;
      const isThere = !witness || (await this.isThere(witness));
      const { number, cause } = (isThere && (await this.raise(at))) || (await this.beginAnew(at));
      this.transactions.afterCommit(() => {
        const isDone = !isThere || (witness && ++witness.seen >= WITNESSED_BEATS);
        if (isDone && this.witness === witness) this.witness = null;
        this.proven(number, at, cause);
      });
    });
  }

  /**
   * After its commit, a document that is not deleted before some beats: a database without it is an older one, also when that was
   * taken since our last beat.
   */
  remember(collection: string, _id: string): void {
    this.witness = { collection, _id, seen: 0 };
  }

  /** All there are. */
  gaps(): Promise<KnowledgeGap[]> {
    return this.stored.find().lean();
  }

  private async beat(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await delay(LOOK_MILLISECONDS, undefined, { signal }).catch(() => {});
      const passed = Math.abs(this.clock.now().getTime() - this.beatAt.getTime());
      if (!signal.aborted && passed >= BEAT_SECONDS * 1000) await this.tryToProve();
    }
  }

  private async tryToProve(): Promise<void> {
    await this.prove().catch((error: unknown) => this.logger.warn(error, 'A heartbeat was left out'));
  }

  private async isThere({ collection, _id }: Witness): Promise<boolean> {
    const { session } = this.transactions;
    const found = await this.connection
      .collection<{ _id: string }>(collection)
      .findOne({ _id }, { projection: { _id: 1 }, ...(session && { session }) });
    return found !== null;
  }

  /** Undefined when our number is not there, or lower than we left it. */
  private async raise(at: Date): Promise<{ number: number; cause: null } | undefined> {
    if (this.number === 0) return undefined;
    const raised = await this.heartbeats
      .findOneAndUpdate(
        { _id: this.processId, number: { $gte: this.number } },
        { $set: { at }, $inc: { number: 1 } },
        { returnDocument: 'after' },
      )
      .lean();
    return raised ? { number: raised.number, cause: null } : undefined;
  }

  private async beginAnew(at: Date): Promise<{ number: number; cause: KnowledgeGap['cause'] }> {
    const cause = this.number === 0 ? 'started' : 'restored';
    // A beat from the future is of a clock that is wrong, and tells nothing.
    const latest = new Date(at.getTime() + MOST_SKEW_MILLISECONDS);
    const last = await this.heartbeats
      .findOne({ at: { $lte: latest } })
      .sort({ at: -1 })
      .lean();
    const from = new Date(Math.min(last?.at.getTime() ?? 0, at.getTime()));
    await this.note({ _id: randomUUID(), from, to: at, cause });
    const number = this.number + 1;
    await this.heartbeats.updateOne({ _id: this.processId }, { $set: { number, at } }, { upsert: true });
    return { number, cause };
  }

  /** A process that starts again and again makes one long gap, not thousands of short ones. */
  private async note(gap: KnowledgeGap): Promise<void> {
    const last = await this.stored.findOne().sort({ to: -1 }).lean();
    if (last && last.from <= gap.from && last.to >= gap.from && last.cause === gap.cause)
      await this.stored.updateOne({ _id: last._id }, { $max: { to: gap.to } });
    else await insertOne(this.stored, gap);
  }

  private proven(number: number, at: Date, cause: KnowledgeGap['cause'] | null): void {
    this.number = Math.max(this.number, number);
    this.beatAt = at;
    if (cause === 'restored')
      this.logger.error(
        'The database is older than it was: it may not know what was done since its last heartbeat',
      );
  }
}
