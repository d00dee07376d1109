import type { PriceBook } from '@berth/pricing';
import { Exact } from '@berth/pricing';
import type { Rest } from '../usage/server-month.ts';

const MINUTE = 60_000;
/** What nothing tells of is found after so long. */
const LONGEST_MILLISECONDS = 3_600_000;

/** What is known of an account at a moment. */
export interface Outlook {
  now: Date;
  /** The end of the month, with which all begins anew. */
  until: Date;
  used: string;
  /** What the month comes to when everything goes on as it is. */
  forecast: string;
  /** What has to be used for the next threshold to be crossed; null: none is left. */
  next: string | null;
  /** What the account has open. */
  open: readonly Pick<Rest, 'meter' | 'region' | 'size' | 'unitsPerMinute'>[];
}

/**
 * The first moment at which the next threshold can be crossed, as far as is known: no minute costs more than all that is open at the
 * prices in force, until a price changes or something else opens. Never later than an hour or the month's end.
 */
export function nextLookAt({ now, until, used, forecast, next, open }: Outlook, book: PriceBook): Date {
  const latest = Math.min(now.getTime() + LONGEST_MILLISECONDS, until.getTime());
  if (next === null || new Exact(forecast).lt(next)) return new Date(latest);
  const [changes] = book.changesAfter(now, ...open);
  return new Date(
    Math.min(latest, changes?.getTime() ?? Infinity, crossingAt({ now, used, next, open }, book)),
  );
}

/** Just after the beginning of the minute with which it is used: a minute counts from when it has begun. */
function crossingAt(
  { now, used, next, open }: Pick<Outlook, 'now' | 'used' | 'open'> & { next: string },
  book: PriceBook,
): number {
  const perMinute = open.reduce(
    (sum, { unitsPerMinute, ...priced }) =>
      sum.plus(new Exact(book.inForce(priced, now).perMinute).times(unitsPerMinute)),
    new Exact(0),
  );
  if (perMinute.lte(0)) return Infinity;
  const minutes = new Exact(next).minus(used).div(perMinute).ceil().toNumber();
  const counted = Math.ceil(now.getTime() / MINUTE) * MINUTE;
  return counted + Math.max(0, minutes - 1) * MINUTE + 1;
}
