import type { Connection } from 'mongoose';

/** Between looks the time goes on by our own monotonic clock, which drifts by less than a millisecond in so long. */
const LOOK_EVERY_MILLISECONDS = 10_000;

/**
 * The time of the database's primary: one clock for all replicas, whatever their own say. Off by at most half of what
 * one question to the database takes.
 */
export class DatabaseTime {
  private looked?: { at: number; offset: number };
  private looking: Promise<void> | undefined;

  constructor(private readonly connection: Connection) {}

  /** Milliseconds since 1970. */
  async now(): Promise<number> {
    const isFresh = this.looked && performance.now() - this.looked.at < LOOK_EVERY_MILLISECONDS;
    if (!isFresh) await (this.looking ??= this.look().finally(() => (this.looking = undefined)));
    return performance.now() + (this.looked?.offset ?? 0);
  }

  private async look(): Promise<void> {
    const asked = performance.now();
    const answer = await this.connection.db?.command({ hello: 1 });
    const at = performance.now();
    if (!(answer?.['localTime'] instanceof Date)) throw new Error('The database does not tell its time');
    this.looked = { at, offset: answer['localTime'].getTime() - (asked + at) / 2 };
  }
}
