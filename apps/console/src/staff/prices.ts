import type { OfferedCatalog } from '@berth/contracts';

type Price = OfferedCatalog['prices'][number];

/** The row in force at a moment (milliseconds since 1970), of one meter, size and region; undefined when there is none. */
export function priceAt(
  prices: readonly Price[],
  { meter, size, region }: Pick<Price, 'meter' | 'size' | 'region'>,
  now: number,
): Price | undefined {
  return prices
    .filter((row) => row.meter === meter && row.size === size && row.region === region)
    .filter(({ activeFrom }) => Date.parse(activeFrom) <= now)
    .toSorted((a, b) => Date.parse(b.activeFrom) - Date.parse(a.activeFrom))[0];
}

/** Rows that are not in force yet, soonest first. */
export const announced = (prices: readonly Price[], now: number): Price[] =>
  prices
    .filter(({ activeFrom }) => Date.parse(activeFrom) > now)
    .toSorted((a, b) => Date.parse(a.activeFrom) - Date.parse(b.activeFrom));
