import type { Catalog, Price, PriceChange, PriceFault } from '@berth/contracts';
import { hasBegun } from '@berth/pricing';
import { contradictions, merged } from './merged.ts';
import { everythingIsPriced, pricesNameWhatExists } from './price-checks.ts';
import { diffOf } from './price-diff.ts';
import { changesOfThePast } from './price-history.ts';
import { readPriceList } from './price-list.ts';
import { keyOf, placesOf, priceRows } from './price-rows.ts';

/** A catalog, and whose its prices are. */
export interface Booked {
  catalog: Catalog;
  /** The rows of the catalog file. */
  filed: Price[];
  /** The rows that staff have applied besides. */
  applied: Price[];
}

/** What is going to be published when a price list is applied. */
export interface Planned {
  prices: Price[];
  applied: Price[];
  changes: PriceChange[];
  faults?: undefined;
}

/**
 * What a price list makes of a catalog: it takes the place of what staff had announced; of theirs, what has begun stays without being
 * named again. Or everything that is wrong with it.
 */
export function planned(
  { catalog, filed, applied }: Booked,
  yaml: string,
  now: Date,
): Planned | { faults: PriceFault[] } {
  const read = readPriceList(yaml);
  if (read.faults) return { faults: read.faults };
  const { source, lists } = read;
  const named = [...pricesNameWhatExists({ ...catalog, prices: lists })];
  if (named.length > 0) return { faults: named.map((finding) => source.locate(finding)) };

  const wanted = priceRows(lists);
  const inFile = new Set(filed.map(keyOf));
  const known = new Set(wanted.map(keyOf));
  const kept = applied.filter((row) => hasBegun(row, now) && !known.has(keyOf(row)));
  const next = merged(
    kept,
    wanted.filter((row) => !inFile.has(keyOf(row))),
  );
  const prices = merged(filed, next);

  const findings = [
    ...placesOf(lists).flatMap(({ row, path }) =>
      [
        ...contradictions(filed, [row]),
        ...changesOfThePast(catalog.prices, withRow(catalog.prices, row), now),
      ].map((message) => ({ path, message })),
    ),
    ...everythingIsPriced(catalog, prices, now),
  ];
  if (findings.length > 0) return { faults: findings.map((finding) => source.locate(finding)) };
  return { prices, applied: next, changes: diffOf(catalog.prices, prices) };
}

const withRow = (prices: readonly Price[], row: Price): Price[] => [
  ...prices.filter((each) => keyOf(each) !== keyOf(row)),
  row,
];
