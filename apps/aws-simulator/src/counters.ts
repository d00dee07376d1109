import type { ChangeBatch } from '@aws-sdk/client-route-53';
import type { Call } from './calls.ts';
import type { VirtualClock } from './clock.ts';
import { AwsError, Throttled } from './errors.ts';
import { drawsOf, type Draw } from './limits.ts';
import type { Throttle } from './throttle.ts';

interface Counter {
  service: Call['service'];
  region: string;
  action: string;
  /** Refused ones too. */
  calls: number;
  /** By a token bucket. */
  refused: number;
  refusedPerMinute: Record<string, number>;
  /** All errors by their code, those of the fault script too. */
  errors: Record<string, number>;
  firstAt: number;
  lastAt: number;
  draw: Draw;
  tokensAtFirst: number;
}

interface Batch {
  at: string;
  changes: number;
  /** As the limit of 1,000 counts them: an UPSERT twice. */
  weight: number;
  /** `done`, or the code of its error. */
  outcome: string;
}

/** How the account was used: what was asked of each action, what was refused, what it could have had. In memory only. */
export class Counters {
  readonly #clock: VirtualClock;
  readonly #throttle: Throttle;
  readonly #counters = new Map<string, Counter>();
  #batches: Batch[] = [];
  #since: number;
  #route53Times: number[] = [];
  #busiestSecond = 0;

  constructor(clock: VirtualClock, throttle: Throttle) {
    this.#clock = clock;
    this.#throttle = throttle;
    this.#since = clock.now();
  }

  /** Begins anew. */
  clear(): void {
    this.#counters.clear();
    this.#batches = [];
    this.#since = this.#clock.now();
    this.#route53Times = [];
    this.#busiestSecond = 0;
  }

  /** Counts a call and what comes of it. */
  async counting<T>(call: Call, perform: () => Promise<T>): Promise<T> {
    const at = this.#clock.now();
    const counter = this.#begun(call, at);
    if (call.service === 'route53') this.#timed(at);
    try {
      const result = await perform();
      this.#batched(call, at, 'done');
      return result;
    } catch (error) {
      const code = error instanceof AwsError ? error.code : 'LostAnswer';
      counter.errors[code] = (counter.errors[code] ?? 0) + 1;
      if (error instanceof Throttled) {
        const minute = `${new Date(at).toISOString().slice(0, 16)}Z`;
        counter.refused += 1;
        counter.refusedPerMinute[minute] = (counter.refusedPerMinute[minute] ?? 0) + 1;
      }
      this.#batched(call, at, code);
      throw error;
    }
  }

  report() {
    return {
      since: instant(this.#since),
      now: instant(this.#clock.now()),
      actions: [...this.#counters.values()].map((counter) => this.#actionReport(counter)),
      route53: { batches: this.#batches, mostCallsInOneSecond: this.#busiestSecond },
    };
  }

  #actionReport({ draw, tokensAtFirst, firstAt, lastAt, ...counted }: Counter) {
    const refillPerSecond = this.#throttle.refillPerSecond(draw.limit);
    return {
      ...counted,
      firstAt: instant(firstAt),
      lastAt: instant(lastAt),
      bucket: { capacity: draw.limit.capacity, refillPerSecond },
      offered: tokensAtFirst + (refillPerSecond * (lastAt - firstAt)) / 1000,
    };
  }

  #begun(call: Call, at: number): Counter {
    const [draw] = drawsOf(call);
    const counter: Counter = this.#counters.get(draw.bucket) ?? {
      service: call.service,
      region: call.region,
      action: draw.bucket.slice(call.region.length + 1),
      calls: 0,
      refused: 0,
      refusedPerMinute: {},
      errors: {},
      firstAt: at,
      lastAt: at,
      draw,
      tokensAtFirst: this.#throttle.tokensIn(draw),
    };
    this.#counters.set(draw.bucket, counter);
    counter.calls += 1;
    counter.lastAt = at;
    return counter;
  }

  #timed(at: number): void {
    this.#route53Times = [...this.#route53Times.filter((time) => time > at - 1000), at];
    this.#busiestSecond = Math.max(this.#busiestSecond, this.#route53Times.length);
  }

  #batched({ operation, input }: Call, at: number, outcome: string): void {
    if (operation !== 'ChangeResourceRecordSets') return;
    const changes = (input as { ChangeBatch?: ChangeBatch }).ChangeBatch?.Changes ?? [];
    const weight = changes.reduce((sum, { Action, ResourceRecordSet: set }) => {
      const values = set?.ResourceRecords?.length ?? 1;
      return sum + (Action === 'UPSERT' ? 2 * values : values);
    }, 0);
    this.#batches.push({ at: instant(at), changes: changes.length, weight, outcome });
  }
}

const instant = (time: number) => new Date(time).toISOString();
