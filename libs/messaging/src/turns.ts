import { Injectable } from '@nestjs/common';
import { within } from './time-limit.ts';

/** One piece of work at a time for each key, in this process, in the order in which they asked. */
@Injectable()
export class Turns {
  /** Settles, without an error, when all that has asked for the key so far has ended. */
  private readonly last = new Map<string, Promise<void>>();
  private readonly counts = new Map<string, number>();

  /** How many run or wait for this key. */
  waiting(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  /**
   * Runs the work when all before it of this key has ended, well or not; at once without a key. Throws `TookTooLong`,
   * and never runs the work, when its turn has not come within `patienceSeconds`; those behind it still wait for those
   * before it.
   */
  take<Result>(
    key: string | undefined,
    patienceSeconds: number,
    work: () => Promise<Result>,
  ): Promise<Result> {
    return key === undefined ? work() : this.wait(key, patienceSeconds, work);
  }

  private async wait<Result>(
    key: string,
    patienceSeconds: number,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.last.get(key);
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    this.counts.set(key, this.waiting(key) + 1);
    const turn = Promise.all([before, ended]).then(() => {
      if (this.last.get(key) === turn) this.last.delete(key);
    });
    this.last.set(key, turn);
    try {
      if (before) await within(patienceSeconds, `The turn of ${key}`, () => before);
      return await work();
    } finally {
      const left = this.waiting(key) - 1;
      if (left) this.counts.set(key, left);
      else this.counts.delete(key);
      end(undefined);
    }
  }
}
