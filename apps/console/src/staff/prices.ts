import type { BookedPrices, OfferedCatalog } from '@berth/contracts';

type Price = OfferedCatalog['prices'][number] & Partial<Pick<BookedPrices['prices'][number], 'source'>>;

/** The currencies there are prices in: first the one that was priced first, which is that of accounts with which nothing else is agreed. */
export function currenciesOf(prices: readonly Pick<Price, 'currency' | 'activeFrom'>[]): string[] {
  const oldestFirst = prices.toSorted((a, b) => Date.parse(a.activeFrom) - Date.parse(b.activeFrom));
  return [...new Set(oldestFirst.map(({ currency }) => currency))];
}

/** The row in force at a moment (milliseconds since 1970), of one meter, size, region and currency; undefined when there is none. */
export function priceAt<Row extends Price>(
  prices: readonly Row[],
  { meter, size, region, currency }: Pick<Price, 'meter' | 'size' | 'region' | 'currency'>,
  now: number,
): Row | undefined {
  return prices
    .filter((row) => row.meter === meter && row.size === size && row.region === region)
    .filter((row) => row.currency === currency && Date.parse(row.activeFrom) <= now)
    .toSorted((a, b) => Date.parse(b.activeFrom) - Date.parse(a.activeFrom))[0];
}

/** Rows that are not in force yet, soonest first. */
export const announced = <Row extends Price>(prices: readonly Row[], now: number): Row[] =>
  prices
    .filter(({ activeFrom }) => Date.parse(activeFrom) > now)
    .toSorted((a, b) => Date.parse(a.activeFrom) - Date.parse(b.activeFrom));
