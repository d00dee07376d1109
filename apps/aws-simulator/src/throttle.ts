import type { VirtualClock } from './clock.ts';

interface Limit {
  /** Calls a full bucket allows at once. */
  capacity: number;
  refillPerSecond: number;
}

const MUTATING: Limit = { capacity: 50, refillPerSecond: 5 };

/**
 * Request buckets per account, region and action
 * (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
 */
const EC2_LIMITS: Record<string, Limit> = {
  RunInstances: { capacity: 5, refillPerSecond: 2 },
  StartInstances: { capacity: 5, refillPerSecond: 2 },
  StopInstances: MUTATING,
  TerminateInstances: { capacity: 100, refillPerSecond: 5 },
  CreateTags: { capacity: 100, refillPerSecond: 10 },
};
const EC2_DESCRIBE: Limit = { capacity: 100, refillPerSecond: 20 };

/** Five requests a second for the whole account (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html). */
const ROUTE53_LIMIT: Limit = { capacity: 5, refillPerSecond: 5 };

interface Bucket {
  tokens: number;
  at: number;
}

/** AWS's request limits, as token buckets that run on the virtual clock and start full. */
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

  /** Takes a token for the call; false when there is none left. */
  allows({ service, region, operation }: { service: string; region: string; operation: string }): boolean {
    if (!this.#enabled) return true;
    if (service === 'route53') return this.#take('route53', ROUTE53_LIMIT);
    const standard = operation.startsWith('Describe') ? EC2_DESCRIBE : MUTATING;
    return this.#take(`${region}/${operation}`, EC2_LIMITS[operation] ?? standard);
  }

  #take(key: string, limit: Limit): boolean {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: limit.capacity, at: now };
    const refilled = ((now - bucket.at) / 1000) * limit.refillPerSecond * this.#speed;
    bucket.tokens = Math.min(limit.capacity, bucket.tokens + refilled);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
