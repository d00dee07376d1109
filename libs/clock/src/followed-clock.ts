import { setTimeout as delay } from 'node:timers/promises';
import { Clock } from './clock.ts';

/**
 * The machine's time plus an offset that another process serves, so that all processes of a simulated world move
 * forward together. `GET <url>` answers `{ offsetMilliseconds }`; with `?after=<offset>` it holds until that changes.
 * While the server is away the last offset stays in force.
 */
export class FollowedClock extends Clock {
  private offsetMilliseconds = 0;
  private readonly stopping = new AbortController();

  private constructor(private readonly url: string) {
    super();
  }

  /** Resolves once the first offset is known; fails when the server can't be reached. */
  static async follow(url: string): Promise<FollowedClock> {
    const clock = new FollowedClock(url);
    await clock.read();
    void clock.keepReading();
    return clock;
  }

  override now(): Date {
    return new Date(Date.now() + this.offsetMilliseconds);
  }

  stop(): void {
    this.stopping.abort();
  }

  private async read(query = ''): Promise<void> {
    const response = await fetch(this.url + query, { signal: this.stopping.signal });
    if (!response.ok) throw new Error(`the clock at ${this.url} answers ${response.status}`);
    const { offsetMilliseconds } = (await response.json()) as { offsetMilliseconds: unknown };
    if (typeof offsetMilliseconds !== 'number') throw new Error(`${this.url} serves no offsetMilliseconds`);
    this.offsetMilliseconds = offsetMilliseconds;
  }

  private async keepReading(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.read(`?after=${this.offsetMilliseconds}`);
      } catch {
        await delay(500, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
      }
    }
  }
}
