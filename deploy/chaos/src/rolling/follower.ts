import { setTimeout as delay } from 'node:timers/promises';
import type { Balancer } from './balancer.ts';
import type { Tally } from './tally.ts';

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-reconnection-time */
const DEFAULT_RETRY_MILLISECONDS = 3_000;

/** An account's live events as a browser follows them; a gap, a repetition or a torn stream is a failure. */
export class Follower {
  private readonly balancer: Balancer;
  private readonly tally: Tally;
  private readonly token: string;
  /** The id up to which everything has been seen. */
  private position: number | undefined;
  private retryMilliseconds = DEFAULT_RETRY_MILLISECONDS;

  constructor(balancer: Balancer, tally: Tally, token: string) {
    this.balancer = balancer;
    this.tally = tally;
    this.token = token;
  }

  /** Until the signal. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.connection(signal);
      } catch (error) {
        if (!signal.aborted) this.tally.fail(`a stream was torn: ${String((error as Error).cause ?? error)}`);
      }
      await delay(this.retryMilliseconds, undefined, { signal }).catch(() => {});
    }
  }

  private async connection(signal: AbortSignal): Promise<void> {
    const response = await fetch(`${this.balancer.next()}/v1/events`, {
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(this.position !== undefined && { 'last-event-id': String(this.position) }),
      },
      signal,
    });
    if (response.status === 503 && response.headers.has('retry-after')) {
      this.retryMilliseconds = Number(response.headers.get('retry-after')) * 1000;
      await response.text();
      return;
    }
    if (!response.ok || !response.body)
      throw new Error(`a stream was refused: ${response.status} ${await response.text()}`);
    this.tally.streams.connections += 1;
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    }
    if (text !== '') this.tally.fail('a stream ended in the middle of an event');
  }

  private take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    this.retryMilliseconds = Number(field('retry') ?? this.retryMilliseconds);
    const id = Number(field('id') ?? this.position);
    if (field('data') !== undefined) {
      this.tally.streams.events += 1;
      if (field('event') === 'reset') this.tally.fail('a stream was reset');
      else if (this.position !== undefined && id !== this.position + 1)
        this.tally.fail(`a stream went from ${this.position} to ${id}`);
    }
    this.position = id;
  }
}
