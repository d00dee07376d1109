import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { Clocks } from './stage/clocks.ts';

/**
 * Makes virtual time go by in seeded steps, about eleven times as fast as the machine's: servers live minutes, and the
 * services' deadlines (10 to 30 minutes) come within a run. For the services a step is as if everything stood still for so
 * long: their deadlines come nearer, the work they do does not. Steps are far below the shortest deadline, so that a step
 * alone makes nothing late that was not slow by itself.
 */
export class PassingTime {
  private readonly stopping = new AbortController();
  private readonly passing: Promise<void>;

  constructor(clock: Clocks, random: Random, say: (line: string) => void) {
    this.passing = this.pass(clock, random, say);
  }

  /** From now on it goes as fast as the machine's. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.passing;
  }

  private async pass(clock: Clocks, random: Random, say: (line: string) => void): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await delay(random.between(1, 3) * 1000, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      // A step that is not made is no reason to let time stand still from then on, and hours of a run be for nothing.
      await clock
        .advance(random.integer(5, 40))
        .catch((error: unknown) => say(`  time did not go on: ${String(error)}`));
    }
  }
}
