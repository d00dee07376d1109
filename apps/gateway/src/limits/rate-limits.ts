import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RateLimitPolicy, RequestCount, Route } from '@berth/contracts';
import { problem } from '@berth/messaging';
import type { AnyCaller } from '../access/caller.ts';
import { Config } from '../config.ts';
import { networkOf } from './network.ts';
import { Policy, WINDOW_SECONDS } from './policy.ts';

/** How many requests an account, a token, or an address that is nobody's, may make, whichever gateway it comes to. */
@Injectable()
export class RateLimits {
  private readonly policies: Record<RateLimitPolicy, Policy>;

  constructor({ requestsPerAccount, requestsPerToken, requestsPerAddress }: Config) {
    this.policies = {
      account: new Policy('account', requestsPerAccount),
      token: new Policy('token', requestsPerToken),
      removals: new Policy('removals', requestsPerAccount),
      address: new Policy('address', requestsPerAddress),
    };
  }

  /**
   * Counts a request of somebody known and says in the answer's headers how many are left. A token's are counted by themselves too,
   * and beyond its limit not as the account's: one program running wild leaves the others some. Removals are counted apart: whose
   * script runs wild can still terminate what it made. Throws 429 `rate_limited`.
   */
  async ofCaller({ accountId, actor }: AnyCaller, { method }: Route, reply: FastifyReply): Promise<void> {
    if (method === 'DELETE') return this.count('removals', accountId, reply);
    if (actor.kind === 'token') await this.count('token', actor.id, reply);
    await this.count('account', accountId, reply);
  }

  /** The same for one that comes from somebody who is not known. */
  ofAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return this.count('address', networkOf(request.ip), reply);
  }

  /** What other gateways have counted. */
  async add(counts: readonly RequestCount[]): Promise<void> {
    for (const count of counts) await this.policies[count.policy].add(count);
  }

  /** What this gateway has counted since it was last asked. */
  untold(): RequestCount[] {
    return Object.values(this.policies).flatMap((policy) => policy.untold());
  }

  /** https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-10.html */
  private async count(name: RateLimitPolicy, key: string, reply: FastifyReply): Promise<void> {
    const policy = this.policies[name];
    const { isRefused, left, resetSeconds } = await policy.count(key);
    append(reply, 'ratelimit-policy', `"${name}";q=${policy.requests};w=${WINDOW_SECONDS}`);
    append(reply, 'ratelimit', `"${name}";r=${left};t=${resetSeconds}`);
    if (!isRefused) return;
    reply.header('retry-after', String(resetSeconds));
    throw problem('rate_limited', {
      detail: `The limit is ${policy.requests} requests in ${WINDOW_SECONDS} seconds.`,
    });
  }
}

/** One more item of a list (https://www.rfc-editor.org/rfc/rfc8941#section-3.1). */
function append(reply: FastifyReply, header: string, item: string): void {
  const before = reply.getHeader(header);
  reply.header(header, before === undefined ? item : `${String(before)}, ${item}`);
}
