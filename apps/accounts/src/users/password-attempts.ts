import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { isDuplicateKey } from '@berth/mongo';
import type mongoose from 'mongoose';
import type { Model } from 'mongoose';
import { tooManyAttempts, unlessWrong } from './attempts.ts';
import { PasswordAttemptsModel, type PasswordAttemptsCount } from './password-attempts.model.ts';
import { emailKeyOf } from './user.model.ts';

const WINDOW_MILLISECONDS = 15 * 60_000;
/** Enough for somebody who tries all of their own passwords; a password of ten characters is not found by it. */
const MOST_FROM_ONE_ADDRESS = 10;
/** Of all addresses together: many machines guess no faster, and nobody alone can lock others out. */
const MOST_FROM_ALL = 100;
/** Half of a SHA-256: what names an address within one document. */
const DIGEST_CHARACTERS = 32;

interface From {
  email: string;
  /** The IP address; empty where it is not known. */
  address?: string | undefined;
}

/**
 * How often a password may be tried: wrong ones are counted by user, and by user and address, for all replicas together, in one document and
 * by one command. Addresses that nobody has are counted as well: refusals tell nothing. A window begins with the first try.
 */
@Injectable()
export class PasswordAttempts {
  constructor(
    @InjectModel(PasswordAttemptsModel.name) private readonly counts: Model<PasswordAttemptsCount>,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs a try at a password, which resolves to null when that was wrong. It counts before this is known, so that many at
   * once are no way around; what was not wrong is taken back. What would be one too many from its address does not count for all. Throws 429
   * `too_many_attempts`, for the right password too.
   */
  async at<Result>(from: From, attempt: () => Promise<Result | null>): Promise<Result | null> {
    const key = keyOf(from);
    const window = await this.count(key);
    return unlessWrong(attempt, () => this.takeBack(key, window));
  }

  /** Forgets what was counted for a user, of all and from this address: they have shown otherwise who they are. */
  async forget(from: From): Promise<void> {
    const { user: _id, one } = keyOf(from);
    await this.raw.updateOne({ _id }, { $set: { all: 0 }, $unset: { [one]: true } });
  }

  /** Past mongoose: it counts whatever becomes of the open transaction. */
  private get raw() {
    return this.counts.collection as unknown as mongoose.mongo.Collection<PasswordAttemptsCount>;
  }

  /** Until when the window lasts in which it was counted. */
  private async count({ user: _id, one }: Key): Promise<Date> {
    for (;;) {
      const now = this.clock.now();
      const expiresAt = new Date(now.getTime() + WINDOW_MILLISECONDS);
      const counted = await this.raw
        .findOneAndUpdate(
          {
            _id,
            expiresAt: { $gt: now },
            all: { $not: { $gte: MOST_FROM_ALL } },
            [one]: { $not: { $gte: MOST_FROM_ONE_ADDRESS } },
          },
          { $inc: { all: 1, [one]: 1 }, $setOnInsert: { expiresAt } },
          { upsert: true, returnDocument: 'after' },
        )
        .catch(nullIfThere);
      if (counted) return counted.expiresAt;
      // There is a window, which is over or full; unless another one has just begun it.
      const window = await this.raw.findOne({ _id });
      if (window && window.expiresAt <= now) await this.raw.deleteOne({ _id, expiresAt: window.expiresAt });
      else if (window && isFull(window, one))
        throw tooManyAttempts(window.expiresAt.getTime() - now.getTime());
    }
  }

  /** In the window it was counted in. What was the only one of its address leaves nothing behind. */
  private async takeBack({ user: _id, one }: Key, expiresAt: Date): Promise<void> {
    const { matchedCount } = await this.raw.updateOne(
      { _id, expiresAt, [one]: 1 },
      { $inc: { all: -1 }, $unset: { [one]: true } },
    );
    if (matchedCount === 0)
      await this.raw.updateOne({ _id, expiresAt, [one]: { $gt: 1 } }, { $inc: { all: -1, [one]: -1 } });
  }
}

/** What a document is found by, and the path in it. */
interface Key {
  user: string;
  one: `from.${string}`;
}

function keyOf({ email, address = '' }: From): Key {
  const user = digestOf(emailKeyOf(email));
  return { user, one: `from.${digestOf(`${user} ${address}`).slice(0, DIGEST_CHARACTERS)}` };
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

function isFull({ all, from }: PasswordAttemptsCount, one: Key['one']): boolean {
  const own = from[one.slice('from.'.length)] ?? 0;
  return all >= MOST_FROM_ALL || own >= MOST_FROM_ONE_ADDRESS;
}

function nullIfThere(error: unknown): null {
  if (isDuplicateKey(error)) return null;
  throw error;
}
