import type { Month } from '../costs/month.ts';

const HOUR = 3_600_000;

/** Hours of a month: of 100,000 servers a few dozen megabytes. */
export class HourSet {
  private readonly hours: Uint8Array;
  private readonly from: number;

  constructor({ from, to }: Month) {
    this.from = from.getTime();
    this.hours = new Uint8Array((to.getTime() - this.from) / HOUR);
  }

  /** Adds every hour that `[from, to)`, Unix time in milliseconds, touches, as far as it lies in the month. */
  add(from: number, to: number): void {
    const first = Math.max(0, Math.floor((from - this.from) / HOUR));
    this.hours.fill(1, first, Math.max(first, Math.ceil((to - this.from) / HOUR)));
  }

  all(): number[] {
    return [...this.hours.entries()].flatMap(([hour, isIn]) => (isIn ? [hour] : []));
  }

  /** Those of them that are neither in the other set nor next to one that is. */
  awayFrom({ hours: others }: HourSet): number[] {
    const away: number[] = [];
    for (const [hour, isIn] of this.hours.entries())
      if (isIn && !others[hour - 1] && !others[hour] && !others[hour + 1]) away.push(hour);
    return away;
  }
}
