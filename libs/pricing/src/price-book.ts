import type { OwnPrice, Price } from '@berth/contracts';

/** What has a price: one server of a size, or one GiB of disk or backups (`size` null), in a region. */
export type Priced = Pick<Price, 'meter' | 'size' | 'region'>;

/** Minutes `[from, to)`, as Unix time in milliseconds, in which one price is in force. */
export interface Segment {
  price: Price;
  from: number;
  to: number;
}

/** What a price is for, in words; of the rows of one series, the latest that has begun is in force. */
export const seriesOf = ({ meter, size, region, currency }: Priced & Pick<Price, 'currency'>): string =>
  `${[meter, ...(size === null ? [] : [size])].join(' of ')} in ${region} (${currency})`;

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
  /** Undefined where a price of an account's own has ended and the catalog has none. */
  price: Price | undefined;
  from: number;
}

/** What a book holds besides the catalog's prices in the currency that was priced first. */
export interface BookOptions {
  /** The currency that is billed; by default that of the oldest price. */
  currency?: string;
  /** An account's own prices. While one holds, the catalog's of its series don't; those of one series do not overlap. */
  own?: readonly OwnPrice[];
  /** From when on another book holds: no change of that time is announced. */
  until?: Date;
}

/** Prices to be looked up: the catalog's in the one currency that is billed, and before them those of an account's own. */
export class PriceBook {
  readonly currency: string;
  /** By what they are for, oldest first. */
  private readonly rows: ReadonlyMap<string, readonly Row[]>;
  private readonly until: number;

  constructor(prices: readonly Price[], { currency, own = [], until }: BookOptions = {}) {
    this.currency = currency ?? oldestCurrency(prices);
    this.until = until?.getTime() ?? Infinity;
    const billed = <Priced extends Price>(rows: readonly Priced[]) =>
      Map.groupBy(
        rows.filter((row) => row.currency === this.currency),
        keyOf,
      );
    const [ofCatalog, ofAccount] = [billed(prices), billed(own)];
    this.rows = new Map(
      [...new Set([...ofCatalog.keys(), ...ofAccount.keys()])].map((key) => [
        key,
        rowsOf(ofCatalog.get(key) ?? [], ofAccount.get(key) ?? []),
      ]),
    );
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
    const ahead = new Set(times.filter((from) => from > at.getTime() && from < this.until));
    return [...ahead].sort((a, b) => a - b).map((from) => new Date(from));
  }

  /** Every price in force at that moment and those announced; `activeFrom` says since or from when it holds for who has this book. */
  shownAt(at: Date): Price[] {
    return [...this.rows.values()].flatMap((rows) => {
      const current = rows.findLastIndex(({ from }) => from <= at.getTime());
      return rows
        .slice(Math.max(current, 0))
        .filter(({ from }) => from < this.until)
        .flatMap(({ price, from }) =>
          price ? [{ ...price, activeFrom: new Date(from).toISOString() }] : [],
        );
    });
  }

  private rowsOf(priced: Priced): readonly Row[] {
    return this.rows.get(keyOf(priced)) ?? [];
  }
}

/** The rows of one series as they follow each other: where an own price ends, the catalog's of that moment goes on. */
function rowsOf(ofCatalog: readonly Price[], ofAccount: readonly OwnPrice[]): Row[] {
  const list = ofCatalog.map(rowOf).sort(byTime);
  const own = ofAccount.map(({ activeUntil, ...price }) => ({
    ...rowOf(price),
    until: activeUntil === null ? Infinity : Date.parse(activeUntil),
  }));
  const isOwn = (time: number) => own.some(({ from, until }) => from <= time && time < until);
  const goingOn = own
    .map(({ until }) => until)
    .filter((until) => until < Infinity && !isOwn(until) && !list.some(({ from }) => from === until))
    .map((from) => ({ price: list.findLast((row) => row.from < from)?.price, from }));
  return [...list.filter(({ from }) => !isOwn(from)), ...own, ...goingOn].sort(byTime);
}

const rowOf = (price: Price): Row => ({ price, from: Date.parse(price.activeFrom) });
const byTime = (a: Row, b: Row) => a.from - b.from;

const keyOf = ({ meter, size, region }: Priced) => `${meter} ${size} ${region}`;

/** Of the currencies of a catalog the one priced first; a catalog without prices has none, and `XXX` says so (ISO 4217). */
function oldestCurrency(prices: readonly Price[]): string {
  const [oldest] = prices.toSorted(
    (a, b) => Date.parse(a.activeFrom) - Date.parse(b.activeFrom) || (a.currency < b.currency ? -1 : 1),
  );
  return oldest?.currency ?? 'XXX';
}
