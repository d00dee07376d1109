import { setTimeout as delay } from 'node:timers/promises';
import type { Balancer } from './balancer.ts';
import type { Tally } from './tally.ts';

/** After so many 503 one after the other a retry does not heal. */
const MOST_TRIES = 8;
/** Longer than the gateway lets anybody wait. */
const ANSWER_MILLISECONDS = 45_000;

interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: object;
  /** The answer was asked to wait: how long it takes says nothing. */
  held?: boolean;
  /** Refusals for good reason besides: a server that is locked, one that is gone. */
  expected?: readonly number[];
}

/** A well-written client of the API behind a balancer: repeats what was refused with Retry-After, under the same key. */
export class Caller {
  private readonly balancer: Balancer;
  private readonly tally: Tally;
  private readonly token: string | undefined;

  constructor(balancer: Balancer, tally: Tally, token?: string) {
    this.balancer = balancer;
    this.tally = tally;
    this.token = token;
  }

  as(token: string): Caller {
    return new Caller(this.balancer, this.tally, token);
  }

  /** The body of a good answer; undefined after a failure or a refusal, which are tallied. */
  async call<Body>(call: Call): Promise<Body | undefined> {
    this.tally.requests += 1;
    const key = crypto.randomUUID();
    let refusals = 0;
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const answer = await this.once(call, key);
      if (!answer) return undefined;
      const { status, retryAfterSeconds, text } = answer;
      const name = `${call.method} ${call.path.replaceAll(/[a-z]+_[0-9a-z]{26}/g, '…')}`;
      if (status === 503 && retryAfterSeconds !== undefined) {
        refusals += 1;
        this.tally.refused += 1;
        await delay(retryAfterSeconds * 1000);
        continue;
      }
      this.tally.healed += refusals;
      if (status < 300) return JSON.parse(text || 'null') as Body;
      if (!call.expected?.includes(status)) this.tally.fail(`${name}: ${status} ${text}`);
      return undefined;
    }
    this.tally.fail(`${call.method} ${call.path}: 503 ${MOST_TRIES} times`);
    return undefined;
  }

  private async once({ method, path, body, held }: Call, key: string) {
    const url = this.balancer.next();
    const askedAt = performance.now();
    try {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(method === 'POST' && { 'idempotency-key': key }),
          ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
      });
      const text = await response.text();
      const { status } = response;
      this.tally.answered(status);
      if (!held) this.tally.seconds.push((performance.now() - askedAt) / 1000);
      const after = response.headers.get('retry-after');
      return { status, text, retryAfterSeconds: after === null ? undefined : Number(after) };
    } catch (error) {
      const { message, cause } = error as Error;
      const reason = cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : '';
      this.tally.fail(`${method} ${url}${path}: ${message} ${reason}`);
      return undefined;
    }
  }
}
