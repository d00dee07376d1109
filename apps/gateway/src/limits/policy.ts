import type { RateLimitPolicy, RequestCount } from '@berth/contracts';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Long enough for a burst of a script, short enough to wait for. */
export const WINDOW_SECONDS = 10;
/** Whoever comes after these has made the fewest requests, and is the least worth telling of. */
const MOST_TOLD_AT_ONCE = 1_000;

/** So many requests in a window by one key, as far as this process has counted them or heard of them. */
export class Policy {
  private readonly counts: RateLimiterMemory;
  /** Counted here since {@link untold} was last asked for, by key. */
  private readonly fresh = new Map<string, number>();

  constructor(
    readonly name: RateLimitPolicy,
    readonly requests: number,
  ) {
    this.counts = new RateLimiterMemory({ points: requests, duration: WINDOW_SECONDS });
  }

  async count(key: string): Promise<{ isRefused: boolean; left: number; resetSeconds: number }> {
    this.fresh.set(key, (this.fresh.get(key) ?? 0) + 1);
    const counted = await this.counts.consume(key).catch(refusalOf);
    return {
      isRefused: counted.consumedPoints > this.requests,
      left: counted.remainingPoints,
      resetSeconds: Math.max(1, Math.ceil(counted.msBeforeNext / 1000)),
    };
  }

  /** Counts what another process has counted. */
  async add({ key, requests }: RequestCount): Promise<void> {
    await this.counts.penalty(key, requests);
  }

  /** What the others have not been told yet; from now on they have. */
  untold(): RequestCount[] {
    const all = Array.from(this.fresh, ([key, requests]) => ({ policy: this.name, key, requests }));
    this.fresh.clear();
    return all.sort((a, b) => b.requests - a.requests).slice(0, MOST_TOLD_AT_ONCE);
  }
}

/** The limiter throws its count when it is above the limit. */
function refusalOf(error: unknown): RateLimiterRes {
  if (error instanceof RateLimiterRes) return error;
  throw error;
}
