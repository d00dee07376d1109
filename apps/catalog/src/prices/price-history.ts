import { Decimal } from 'decimal.js';
import type { Price } from '@berth/contracts';
import { hasBegun, seriesOf } from '@berth/pricing';

/**
 * What a new catalog would change about minutes that are over, and must not: a row once in force stays as it is for
 * ever, and what has been priced gets new prices from now on only. What has never been priced may begin in the past.
 */
export function changesOfThePast(published: readonly Price[], wanted: readonly Price[], now: Date): string[] {
  const lost = published
    .filter((row) => hasBegun(row, now))
    .flatMap((row) => {
      const kept = wanted.find((candidate) => keyOf(candidate) === keyOf(row));
      if (!kept) return [`${describe(row)} is in force and cannot be taken out of the file`];
      if (new Decimal(kept.perMinute).eq(row.perMinute)) return [];
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

  return [...lost, ...backdated];
}

const keyOf = (row: Price) => `${seriesOf(row)} from ${row.activeFrom}`;
const describe = (row: Price) => `The price ${row.perMinute} for ${keyOf(row)}`;
