import { setTimeout as delay } from 'node:timers/promises';
import type { Connection, Model } from 'mongoose';
import { DatabaseTime } from './database-time.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { insertOne } from './insert.ts';
import { documentSchema } from './schema.ts';

/** What a full bucket allows at once, and how fast it fills again. */
export interface BucketLimit {
  capacity: number;
  perSecond: number;
}

interface Bucket {
  _id: string;
  /** When it would be full if nothing more were taken; milliseconds since 1970 by the database's clock. */
  fullAt: number;
}

const bucketSchema = documentSchema<Bucket>(
  { _id: String, fullAt: { type: Number, required: true } },
  { collection: 'token_buckets' },
);

/** Tokens of a bucket nobody has heard of: its document may be lost while the real one, at whom we call, is nearly empty. */
const TOKENS_AT_FIRST = 2;
/** Who would have to wait longer for his turn is sent away. */
const LONGEST_TURN_SECONDS = 5;

/** There is no token for the next seconds; none was taken. */
export class NoTokenInTime extends Error {
  constructor(
    bucket: string,
    readonly waitSeconds: number,
  ) {
    super(`No token in ${bucket} for another ${waitSeconds.toFixed(1)} s`);
  }
}

/**
 * Token buckets shared by all replicas of a service: documents that outlive them, so a restart makes no flood. A
 * bucket is one number, when it will be full (the generic cell rate algorithm), so a token is taken in one atomic step and
 * in the order in which it was asked for. Time is the database's: a replica whose clock is wrong neither floods nor
 * starves the others. Not for use inside a transaction: what is taken there would be given back.
 */
export class TokenBuckets {
  private readonly buckets: Model<Bucket>;
  private readonly time: Pick<DatabaseTime, 'now'>;
  /** What this process knew last of each `fullAt`: decides which question is asked first, no more. */
  private readonly seen = new Map<string, number>();

  constructor(connection: Connection, time: Pick<DatabaseTime, 'now'> = new DatabaseTime(connection)) {
    this.buckets = connection.models['TokenBucket'] ?? connection.model<Bucket>('TokenBucket', bucketSchema);
    this.time = time;
  }

  /** Takes a token (0), or says in how many seconds there may be one. `kept`: so many are left for others. */
  async take(bucket: string, limit: BucketLimit, { kept = 0 } = {}): Promise<{ waitSeconds: number }> {
    const { taken, waitSeconds } = await this.reserve(bucket, limit, kept, 0);
    return { waitSeconds: taken ? 0 : waitSeconds };
  }

  /** Takes the next token there will be and returns when it is there. Throws {@link NoTokenInTime} when that is too long. */
  async turn(bucket: string, limit: BucketLimit): Promise<void> {
    const { taken, waitSeconds } = await this.reserve(bucket, limit, 0, LONGEST_TURN_SECONDS);
    if (!taken) throw new NoTokenInTime(bucket, waitSeconds);
    if (waitSeconds > 0) await delay(waitSeconds * 1000);
  }

  /**
   * Makes a call with the next token there will be, waiting as {@link turn} does. A call that fails as one too many
   * (`isRefusal`) means that the bucket it stands for is empty, and is then so for all.
   */
  async call<Result>(
    bucket: string,
    limit: BucketLimit,
    isRefusal: (error: unknown) => boolean,
    call: () => Promise<Result>,
  ): Promise<Result> {
    await this.turn(bucket, limit);
    try {
      return await call();
    } catch (error) {
      if (isRefusal(error)) await this.empty(bucket, limit);
      throw error;
    }
  }

  /** Who grants the calls has refused one: its bucket is empty, whatever ours says. */
  async empty(bucket: string, { capacity, perSecond }: BucketLimit): Promise<void> {
    const fullAt = (await this.time.now()) + (capacity * 1000) / perSecond;
    await this.buckets.updateOne({ _id: bucket }, { $max: { fullAt } }, { upsert: true });
    this.seen.set(bucket, fullAt);
  }

  private async reserve(
    bucket: string,
    limit: BucketLimit,
    kept: number,
    withinSeconds: number,
  ): Promise<{ taken: boolean; waitSeconds: number }> {
    const tokenMilliseconds = 1000 / limit.perSecond;
    for (;;) {
      const now = await this.time.now();
      /** Full no later than this, it has a token for us now. */
      const enough = now + (limit.capacity - kept - 1) * tokenMilliseconds;
      const latest = enough + withinSeconds * 1000;
      const before = await this.takeOne(bucket, now, latest, tokenMilliseconds);
      if (before !== undefined) return { taken: true, waitSeconds: Math.max(0, before - enough) / 1000 };
      const fullAt = await this.fullAtOf(bucket, limit, now);
      if (fullAt > latest) return { taken: false, waitSeconds: (fullAt - enough) / 1000 };
    }
  }

  /** When it would have been full, or is: the token is taken; undefined when that is later than `latest`, or not known. */
  private async takeOne(
    _id: string,
    now: number,
    latest: number,
    tokenMilliseconds: number,
  ): Promise<number | undefined> {
    const fromFull = async () => {
      const fullAt = now + tokenMilliseconds;
      const { matchedCount } = await this.buckets.updateOne(
        { _id, fullAt: { $lte: now } },
        { $set: { fullAt } },
      );
      return matchedCount === 1 ? now : undefined;
    };
    const fromUsed = async () => {
      const taking = { $inc: { fullAt: tokenMilliseconds } };
      const used = { _id, fullAt: { $gt: now, $lte: latest } };
      return (await this.buckets.findOneAndUpdate(used, taking, { returnDocument: 'before' }).lean())?.fullAt;
    };
    const isUsed = (this.seen.get(_id) ?? 0) > now;
    const before = isUsed
      ? ((await fromUsed()) ?? (await fromFull()))
      : ((await fromFull()) ?? (await fromUsed()));
    if (before !== undefined) this.seen.set(_id, before + tokenMilliseconds);
    return before;
  }

  private async fullAtOf(_id: string, { capacity, perSecond }: BucketLimit, now: number): Promise<number> {
    const fillMilliseconds = (capacity * 1000) / perSecond;
    const found = await this.buckets.findById(_id).lean();
    const isPossible = found && found.fullAt <= now + fillMilliseconds + LONGEST_TURN_SECONDS * 1000;
    const filledMilliseconds = (Math.min(TOKENS_AT_FIRST, capacity) * 1000) / perSecond;
    const fullAt = isPossible ? found.fullAt : now + fillMilliseconds - filledMilliseconds;
    if (!found) await this.insert({ _id, fullAt });
    // The database's clock was set back: what is stored is of a time that will not come for long.
    else if (!isPossible) await this.buckets.updateOne({ _id, fullAt: found.fullAt }, { $set: { fullAt } });
    this.seen.set(_id, fullAt);
    return fullAt;
  }

  private async insert(bucket: Bucket): Promise<void> {
    try {
      await insertOne(this.buckets, bucket);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
