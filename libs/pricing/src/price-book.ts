import type { Price } from '@berth/contracts';

/** What has a price: one server of a size, or one GiB of disk (`size` null), in a region. */
type Priced = Pick<Price, 'meter' | 'size' | 'region'>;

/** Minutes `[from, to)`, as Unix time in milliseconds, in which one price is in force. */
export interface Segment {
  price: Price;
  from: number;
  to: number;
}

/** What a price is for, in words; of the rows of one series, the latest that has begun is in force. */
export const seriesOf = ({ meter, size, region, currency }: Priced & Pick<Price, 'currency'>): string =>
  `${meter === 'disk' ? 'disk' : `compute of ${size}`} in ${region} (${currency})`;

/** Whether a row is in force by now, or was until a later one replaced it. */
export const hasBegun = ({ activeFrom }: Pick<Price, 'activeFrom'>, now: Date): boolean =>
  Date.parse(activeFrom) <= now.getTime();

/** Something was used or asked for at a time at which the catalog has no price for it. */
export class MissingPrice extends Error {
  override readonly name = 'MissingPrice';

  constructor(series: string, at: Date) {
    super(`There is no price for ${series} at ${at.toISOString()}`);
  }
}

interface Row {
  price: Price;
  from: number;
}

/** A catalog's prices, to be looked up: those of the one currency that is billed. */
export class PriceBook {
  readonly currency: string;
  /** By what they are for, oldest first. */
  private readonly rows: ReadonlyMap<string, readonly Row[]>;

  constructor(prices: readonly Price[]) {
    this.currency = oldestCurrency(prices);
    const sorted = prices
      .filter(({ currency }) => currency === this.currency)
      .map((price) => ({ price, from: Date.parse(price.activeFrom) }))
      .sort((a, b) => a.from - b.from);
    this.rows = Map.groupBy(sorted, ({ price }) => keyOf(price));
  }

  /** The price in force at that moment, if there is one. */
  find(priced: Priced, at: Date): Price | undefined {
    return this.rowsOf(priced).findLast(({ from }) => from <= at.getTime())?.price;
  }

  /** The price in force at that moment. Throws {@link MissingPrice}. */
  inForce(priced: Priced, at: Date): Price {
    const price = this.find(priced, at);
    if (!price) throw new MissingPrice(seriesOf({ ...priced, currency: this.currency }), at);
    return price;
  }

  /** Cuts minutes `[from, to)` (Unix time in milliseconds) where the price changes. Throws {@link MissingPrice}. */
  segments(priced: Priced, from: number, to: number): Segment[] {
    const price = this.inForce(priced, new Date(from));
    const [next] = this.rowsOf(priced).filter((row) => row.from > from);
    if (!next || next.from >= to) return [{ price, from, to }];
    return [{ price, from, to: next.from }, ...this.segments(priced, next.from, to)];
  }

  /** When the price of any of these changes after this moment, as announced: oldest first. */
  changesAfter(at: Date, ...priced: readonly Priced[]): Date[] {
    const times = priced.flatMap((each) => this.rowsOf(each).map(({ from }) => from));
    const ahead = new Set(times.filter((from) => from > at.getTime()));
    return [...ahead].sort((a, b) => a - b).map((from) => new Date(from));
  }

  private rowsOf(priced: Priced): readonly Row[] {
    return this.rows.get(keyOf(priced)) ?? [];
  }
}

const keyOf = ({ meter, size, region }: Priced) => `${meter} ${size} ${region}`;

/** Of the currencies of a catalog the one priced first; a catalog without prices has none, and `XXX` says so (ISO 4217). */
function oldestCurrency(prices: readonly Price[]): string {
  const [oldest] = prices.toSorted(
    (a, b) => Date.parse(a.activeFrom) - Date.parse(b.activeFrom) || (a.currency < b.currency ? -1 : 1),
  );
  return oldest?.currency ?? 'XXX';
}
