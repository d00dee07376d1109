import type { Price } from '@berth/contracts';
import type { PriceBook } from '@berth/pricing';
import type { Month } from '../costs/month.ts';
import type { DaySums, ServerMonth } from '../usage/server-month.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

type Priced = Pick<DaySums, 'meter' | 'region' | 'size'>;

/** The price of a day of the month, the 1st being 0. */
type PriceOn = (day: number) => Price | null;

/** Which day of the month a moment in it lies on; the 1st is 0. */
export const dayOf = (moment: number, month: Month): number =>
  Math.floor((moment - month.from.getTime()) / DAY);

/** When a day of the month begins, as Unix time in milliseconds. */
export const startOf = (day: number, month: Month): number => month.from.getTime() + day * DAY;

/** Which prices hold on which days of a month. */
export class PriceCalendar {
  private readonly known = new Map<string, PriceOn>();

  constructor(
    readonly book: PriceBook,
    readonly month: Month,
  ) {}

  /** Tells the price that all minutes of a day have, or null when it changes on it. Throws `MissingPrice`. */
  pricesOf(priced: Priced): PriceOn {
    const key = `${priced.meter} ${priced.size} ${priced.region}`;
    let priceOn = this.known.get(key);
    if (!priceOn) {
      const days: (Price | null)[] = [];
      priceOn = (day) => (days[day] === undefined ? (days[day] = this.find(priced, day)) : days[day]);
      this.known.set(key, priceOn);
    }
    return priceOn;
  }

  /** The days on which any price changes of what is summed. */
  changingDays(servers: readonly ServerMonth[]): number[] {
    const days = new Set<number>();
    for (const { month, sums } of servers) {
      if (month !== this.month.name) continue;
      for (const sum of sums) {
        const priceOn = this.pricesOf(sum);
        sum.days.forEach((quantity, day) => {
          if (quantity !== 0 && !priceOn(day)) days.add(day);
        });
      }
    }
    return [...days].sort((a, b) => a - b);
  }

  private find(priced: Priced, day: number): Price | null {
    const start = new Date(startOf(day, this.month));
    const [change] = this.book.changesAfter(start, priced);
    if (change && change.getTime() < start.getTime() + DAY) return null;
    return this.book.inForce(priced, start);
  }
}
