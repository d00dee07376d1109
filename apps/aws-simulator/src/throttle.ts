import type { Call } from './calls.ts';
import type { VirtualClock } from './clock.ts';
import { drawsOf, type Draw, type Limit } from './limits.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** AWS's limits ({@link drawsOf}) as token buckets that run on the virtual clock and start full. */
export class Throttle {
  readonly #clock: VirtualClock;
  readonly #enabled: boolean;
  readonly #speed: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: VirtualClock, { throttling, speed }: { throttling: boolean; speed: number }) {
    this.#clock = clock;
    this.#enabled = throttling;
    this.#speed = speed;
  }

  /** Takes the tokens for the call; false when there are too few of any kind, and then it takes none. */
  allows(call: Call): boolean {
    if (!this.#enabled) return true;
    const draws = drawsOf(call);
    if (draws.some((draw) => this.#filled(draw).tokens < draw.tokens)) return false;
    for (const draw of draws) this.#filled(draw).tokens -= draw.tokens;
    return true;
  }

  /** How many tokens the bucket has now. */
  tokensIn(draw: Draw): number {
    return this.#filled(draw).tokens;
  }

  /** Tokens a second, at the speed of this world. */
  refillPerSecond(limit: Limit): number {
    return limit.refillPerSecond * this.#speed;
  }

  #filled({ bucket: name, limit }: Draw): Bucket {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(name) ?? { tokens: limit.capacity, at: now };
    const refilled = ((now - bucket.at) / 1000) * this.refillPerSecond(limit);
    bucket.tokens = Math.min(limit.capacity, bucket.tokens + refilled);
    bucket.at = now;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
