import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { problem } from '@berth/messaging';
import type { Connection } from 'mongoose';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { emailKeyOf } from '../users/user.model.ts';

const QUARTER_SECONDS = 15 * 60;
const DAY_SECONDS = 24 * 3_600;
/** One mail may be lost and one overlooked. */
const MOST_TO_AN_ADDRESS = 3;
/** An office behind one address that has forgotten its passwords. */
const MOST_FROM_AN_ADDRESS = 20;
/** A company that comes aboard on one day. */
const MOST_OF_AN_ACCOUNT = 100;

/** How many mails people can have sent, counted for all replicas together: what somebody finds in their mailbox is not for others to decide. */
@Injectable()
export class MailLimits {
  private readonly to: RateLimiterMongo;
  private readonly from: RateLimiterMongo;
  private readonly of: RateLimiterMongo;

  constructor(@InjectConnection() connection: Connection) {
    const store = { storeClient: connection, tableName: 'attempts', duration: QUARTER_SECONDS };
    this.to = new RateLimiterMongo({ ...store, keyPrefix: 'mail-to', points: MOST_TO_AN_ADDRESS });
    this.from = new RateLimiterMongo({ ...store, keyPrefix: 'mail-from', points: MOST_FROM_AN_ADDRESS });
    const aDay = { duration: DAY_SECONDS, points: MOST_OF_AN_ACCOUNT };
    this.of = new RateLimiterMongo({ ...store, ...aDay, keyPrefix: 'mail-of' });
  }

  /** Counts a mail to an e-mail address; false when it has had enough, whoever asked for them. */
  async mayWriteTo(email: string): Promise<boolean> {
    return (await count(this.to, digestOf(emailKeyOf(email)))) === null;
  }

  /** The same for somebody who may be told. Throws 429 `too_many_mails`. */
  async writeTo(email: string): Promise<void> {
    refuse(await count(this.to, digestOf(emailKeyOf(email))));
  }

  /** Counts an invitation of an account; false when it has sent many today. */
  async mayInvite(accountId: string): Promise<boolean> {
    return (await count(this.of, accountId)) === null;
  }

  /** Counts what a stranger asks for, by the IP address they come from. Throws 429 `too_many_mails`. */
  async askFrom(address = ''): Promise<void> {
    refuse(await count(this.from, digestOf(address)));
  }
}

/** Addresses are people's: none is kept for having been written to. */
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Null, or in how many seconds there may be another. */
async function count(limiter: RateLimiterMongo, key: string): Promise<number | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    return Math.ceil(error.msBeforeNext / 1000);
  }
}

function refuse(retryAfterSeconds: number | null): void {
  if (retryAfterSeconds === null) return;
  throw problem('too_many_mails', {
    detail: 'Look for those that were sent, also among what was taken for spam.',
    extensions: { retryAfterSeconds },
  });
}
