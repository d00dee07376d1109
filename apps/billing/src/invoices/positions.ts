import { Meter } from '@berth/contracts';
import { Exact, type PriceBook } from '@berth/pricing';
import type { Month } from '../costs/month.ts';
import type { RatedUsage } from '../rating/rated-usage.ts';

/** Times `[from, to)` as RFC 3339. */
export interface Period {
  from: string;
  to: string;
}

/** How much of one meter was used in a month, by all servers of an account, in one region and size and at one price. */
export interface Position {
  meter: Meter;
  region: string;
  size: string | null;
  /** Exact, of a minute or a GiB-minute. */
  unitPrice: string;
  /** Minutes or GiB-minutes; of a difference it may be negative. */
  quantity: number;
  /** When in the month that price was in force. */
  periods: Period[];
}

/** What an account used in a month, whatever server it was: where two prices are the same amount, they are one. */
export function positionsOf(usage: readonly RatedUsage[], book: PriceBook, month: Month): Position[] {
  const positions = new Map<string, Position>();
  for (const { meter, region, size, price, quantity } of usage) {
    const unitPrice = exactly(price.perMinute);
    const key = keyOf({ meter, region, size, unitPrice });
    const known = positions.get(key);
    if (known) known.quantity += quantity;
    else {
      const periods = periodsOf(book, { meter, region, size, unitPrice }, month);
      positions.set(key, { meter, region, size, unitPrice, quantity, periods });
    }
  }
  return [...positions.values()].filter(({ quantity }) => quantity !== 0).sort(inOrder);
}

/** What `now` says more (or, negative, less) than all that was `said`; nothing where they agree. */
export function difference(now: readonly Position[], said: readonly Position[]): Position[] {
  const positions = new Map(now.map((position) => [keyOf(position), { ...position }]));
  for (const position of said) {
    const key = keyOf(position);
    const known = positions.get(key) ?? { ...position, quantity: 0 };
    positions.set(key, { ...known, quantity: known.quantity - position.quantity });
  }
  return [...positions.values()].filter(({ quantity }) => quantity !== 0).sort(inOrder);
}

/** When in the month this was the price: once, but for one that was left and came back. */
function periodsOf(
  book: PriceBook,
  { unitPrice, ...priced }: Pick<Position, 'meter' | 'region' | 'size' | 'unitPrice'>,
  { from, to }: Month,
): Period[] {
  const changes = book.changesAfter(from, priced).filter((at) => at < to);
  const periods: Period[] = [];
  for (const [index, at] of [from, ...changes].entries()) {
    const price = book.find(priced, at);
    if (!price || exactly(price.perMinute) !== unitPrice) continue;
    const period = { from: at.toISOString(), to: (changes[index] ?? to).toISOString() };
    const before = periods.at(-1);
    if (before?.to === period.from) before.to = period.to;
    else periods.push(period);
  }
  return periods;
}

const exactly = (amount: string) => new Exact(amount).toFixed();

const keyOf = ({ meter, region, size, unitPrice }: Omit<Position, 'quantity' | 'periods'>) =>
  JSON.stringify([meter, region, size, unitPrice]);

/** By meter, as they are listed, then by region, size, and time. */
const inOrder = (a: Position, b: Position) => (orderOf(a) < orderOf(b) ? -1 : 1);
const orderOf = ({ meter, region, size, periods, unitPrice }: Position) =>
  JSON.stringify([Meter.options.indexOf(meter), region, size ?? '', periods[0]?.from ?? '', unitPrice]);
