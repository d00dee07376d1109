import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { tooManyAttempts, unlessWrong } from '../users/attempts.ts';

/** Three codes of a million are good at a time: so few tries find one in a year with a chance of two in a hundred. */
const MOST_CODES_A_DAY = 20;
const DAY_SECONDS = 24 * 3_600;

/**
 * How often a code of a second factor may be tried, for all replicas together. Codes are counted by user, and apart where
 * the user is known to be: who may try them has the password, and must not be able to lock out whom they have it of.
 */
@Injectable()
export class CodeAttempts {
  private readonly limiter: RateLimiterMongo;

  constructor(@InjectConnection() connection: Connection) {
    const codes = { keyPrefix: 'codes', points: MOST_CODES_A_DAY, duration: DAY_SECONDS };
    this.limiter = new RateLimiterMongo({ storeClient: connection, tableName: 'attempts', ...codes });
  }

  /**
   * Runs a try at a code, which resolves to null when that was wrong; `place` is where the user has shown to be, who is counted there by
   * themselves. It counts before this is known, so that many at once are no way around; what was not wrong is taken back. Throws 429
   * `too_many_attempts`, for the right code too.
   */
  async at<Result>(
    userId: string,
    attempt: () => Promise<Result | null>,
    place?: string,
  ): Promise<Result | null> {
    const key = place === undefined ? userId : digestOf(`${userId} ${place}`);
    await this.count(key);
    return unlessWrong(attempt, () => this.limiter.reward(key));
  }

  private async count(key: string): Promise<void> {
    try {
      await this.limiter.consume(key);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw tooManyAttempts(error.msBeforeNext, 'A recovery code, if there are any, is taken all the same.');
    }
  }
}

/** Addresses are people's: none is kept for having been tried. */
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
