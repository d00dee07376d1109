import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { problem } from '@berth/messaging';
import type { Connection } from 'mongoose';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { emailKeyOf } from './user.model.ts';

const WINDOW_SECONDS = 15 * 60;
/** Enough for somebody who tries all of their own passwords; a password of ten characters is not found by it. */
const MOST_FROM_ONE_ADDRESS = 10;
/** Of all addresses together: many machines guess no faster, and nobody alone can lock others out. */
const MOST_FROM_ALL = 100;
/** Three codes of a million are good at a time: so few tries find one in a year with a chance of two in a hundred. */
const MOST_CODES_A_DAY = 20;
const DAY_SECONDS = 24 * 3_600;

/**
 * How often a password may be tried: wrong ones are counted by user, and by user and address, for all replicas together.
 * Addresses that nobody has are counted as well: refusals tell nothing. Codes of a second factor are counted by user, and apart where
 * the user is known to be: who may try them has the password, and must not be able to lock out whom they have it of.
 */
@Injectable()
export class Attempts {
  private readonly ofOne: RateLimiterMongo;
  private readonly ofAll: RateLimiterMongo;
  private readonly ofCodes: RateLimiterMongo;

  constructor(@InjectConnection() connection: Connection) {
    const store = { storeClient: connection, tableName: 'attempts', duration: WINDOW_SECONDS };
    this.ofOne = new RateLimiterMongo({ ...store, keyPrefix: 'one', points: MOST_FROM_ONE_ADDRESS });
    this.ofAll = new RateLimiterMongo({ ...store, keyPrefix: 'all', points: MOST_FROM_ALL });
    const codes = { keyPrefix: 'codes', points: MOST_CODES_A_DAY, duration: DAY_SECONDS };
    this.ofCodes = new RateLimiterMongo({ ...store, ...codes });
  }

  /**
   * Runs a try at a password, which resolves to null when that was wrong. It counts before this is known, so that many at
   * once are no way around; what was not wrong is taken back. Throws 429 `too_many_attempts`, for the right password too.
   */
  async at<Result>(from: From, attempt: () => Promise<Result | null>): Promise<Result | null> {
    const { user, one } = keysOf(from);
    await count(this.ofOne, one);
    await count(this.ofAll, user);
    return unlessWrong(attempt, () => Promise.all([this.ofOne.reward(one), this.ofAll.reward(user)]));
  }

  /** The same for a code of a user's second factor; `place` is where the user has shown to be, who is counted there by themselves. */
  async atCode<Result>(
    userId: string,
    attempt: () => Promise<Result | null>,
    place?: string,
  ): Promise<Result | null> {
    const key = place === undefined ? userId : digestOf(`${userId} ${place}`);
    await count(this.ofCodes, key, 'A recovery code, if there are any, is taken all the same.');
    return unlessWrong(attempt, () => this.ofCodes.reward(key));
  }

  /** Forgets what was counted for a user, of all and from this address: they have shown otherwise who they are. */
  async forget(from: From): Promise<void> {
    const { user, one } = keysOf(from);
    await Promise.all([this.ofOne.delete(one), this.ofAll.delete(user)]);
  }
}

async function unlessWrong<Result>(
  attempt: () => Promise<Result | null>,
  takeBack: () => Promise<unknown>,
): Promise<Result | null> {
  let isWrong = false;
  try {
    const result = await attempt();
    isWrong = result === null;
    return result;
  } finally {
    if (!isWrong) await takeBack();
  }
}

interface From {
  email: string;
  /** The IP address; empty where it is not known. */
  address?: string | undefined;
}

function keysOf({ email, address = '' }: From) {
  const user = digestOf(emailKeyOf(email));
  return { user, one: digestOf(`${user} ${address}`) };
}

/** Addresses are people's: none is kept for having been tried. */
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

async function count(limiter: RateLimiterMongo, key: string, detail?: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw problem('too_many_attempts', {
      ...(detail !== undefined && { detail }),
      extensions: { retryAfterSeconds: Math.ceil(error.msBeforeNext / 1000) },
    });
  }
}
