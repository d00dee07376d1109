import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Config } from '../config.ts';
import { networkOf } from './network.ts';

/** Long enough for a burst of a script, short enough to wait for. */
const WINDOW_SECONDS = 10;

/** How many requests an account, or an address that is nobody's, may make. Counted in this process. */
@Injectable()
export class RateLimits {
  private readonly accounts: RateLimiterMemory;
  private readonly removals: RateLimiterMemory;
  private readonly addresses: RateLimiterMemory;

  constructor({ requestsPerAccount, requestsPerAddress }: Config) {
    this.accounts = new RateLimiterMemory({ points: requestsPerAccount, duration: WINDOW_SECONDS });
    this.removals = new RateLimiterMemory({ points: requestsPerAccount, duration: WINDOW_SECONDS });
    this.addresses = new RateLimiterMemory({ points: requestsPerAddress, duration: WINDOW_SECONDS });
  }

  /**
   * Counts a request of an account and says in the answer's headers how many are left. Removals are counted apart: whose
   * script runs wild can still terminate what it made. Throws 429 `rate_limited`.
   */
  ofAccount(accountId: string, { method }: Route, reply: FastifyReply): Promise<void> {
    return method === 'DELETE'
      ? this.count('removals', this.removals, accountId, reply)
      : this.count('account', this.accounts, accountId, reply);
  }

  /** The same for one that comes from somebody who is not known. */
  ofAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return this.count('address', this.addresses, networkOf(request.ip), reply);
  }

  /** https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-10.html */
  private async count(
    policy: string,
    limiter: RateLimiterMemory,
    key: string,
    reply: FastifyReply,
  ): Promise<void> {
    const counted = await limiter.consume(key).catch(refusalOf);
    const seconds = Math.max(1, Math.ceil(counted.msBeforeNext / 1000));
    const isRefused = counted.consumedPoints > limiter.points;
    reply.header('ratelimit-policy', `"${policy}";q=${limiter.points};w=${WINDOW_SECONDS}`);
    reply.header('ratelimit', `"${policy}";r=${counted.remainingPoints};t=${seconds}`);
    if (!isRefused) return;
    reply.header('retry-after', String(seconds));
    throw problem('rate_limited', {
      detail: `The limit is ${limiter.points} requests in ${WINDOW_SECONDS} seconds.`,
    });
  }
}

/** The limiter throws its count when it is above the limit. */
function refusalOf(error: unknown): RateLimiterRes {
  if (error instanceof RateLimiterRes) return error;
  throw error;
}
