import type { Price } from '@berth/contracts';
import { hasBegun, PriceBook, seriesOf } from '@berth/pricing';
import { costTheSame, keyOf } from './price-rows.ts';

/**
 * What a new catalog would change about minutes that are over, and must not: a row once in force stays as it is for
 * ever, and what has been priced gets new prices from now on only. What has never been priced may begin in the past, as long as the
 * currency of the oldest price stays the same.
 */
export function changesOfThePast(published: readonly Price[], wanted: readonly Price[], now: Date): string[] {
  const lost = published
    .filter((row) => hasBegun(row, now))
    .flatMap((row) => {
      const kept = wanted.find((candidate) => keyOf(candidate) === keyOf(row));
      if (!kept) return [`${describe(row)} is in force and cannot be taken out of the file`];
      if (costTheSame(kept, row)) return [];
      return [
        `${describe(row)} is in force and cannot become ${kept.perMinute}; add a row with a later activeFrom`,
      ];
    });

  const known = new Set(published.map(keyOf));
  const priced = new Set(published.map(seriesOf));
  const backdated = wanted
    .filter((row) => hasBegun(row, now) && !known.has(keyOf(row)) && priced.has(seriesOf(row)))
    .map(
      (row) => `${describe(row)} would change the past: activeFrom must be later than ${now.toISOString()}`,
    );

  return [...lost, ...backdated, ...otherCurrency(published, wanted)];
}

/** Accounts with which nothing else is agreed are billed in the oldest currency, and have been. */
function otherCurrency(published: readonly Price[], wanted: readonly Price[]): string[] {
  if (published.length === 0 || wanted.length === 0) return [];
  const [before, after] = [new PriceBook(published).currency, new PriceBook(wanted).currency];
  if (before === after) return [];
  return [
    `The oldest price is in ${before} and must be: a currency that is added begins later than ${before}`,
  ];
}

const describe = (row: Price) => `The price ${row.perMinute} for ${keyOf(row)}`;
