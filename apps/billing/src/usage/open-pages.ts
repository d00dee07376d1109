import { monthNameAt } from '../costs/month.ts';
import type { Interval } from './intervals.ts';
import type { Voided } from './minutes.ts';
import type { LedgerRecord } from './revisions.ts';
import type { ServerMonth } from './server-month.ts';

/** The part of a server's ledger that a settlement from a UTC hour on can change. */
export interface OpenPages {
  /** Every interval still open, and the closed ones that reach past that hour. */
  intervals: readonly Interval[];
  /** Every record, reversals too, that starts in that hour or later. */
  records: readonly LedgerRecord[];
  /** What of it is void. */
  voided: readonly Voided[];
  /** The sums of the months that can change. */
  months: readonly ServerMonth[];
}

/** The pages that are still open from a later hour on, up to which everything is recorded: of sums those of its month, for there are none of later ones. */
export function openFrom(hour: Date, { intervals, records, voided, months }: OpenPages): OpenPages {
  return {
    intervals: intervals.filter(({ closedAt }) => closedAt === null || closedAt > hour),
    records: records.filter(({ from }) => from >= hour),
    voided,
    months: months.filter(({ month }) => month === monthNameAt(hour)),
  };
}

/** Of a server that changes its state a hundred times in an hour they are read anew each time. */
const MOST_CHARACTERS = 16_000;

/**
 * Open pages as one text, to be kept with the ledger in this version: BSON's arrays are slow. Undefined when anything is void, and when it is
 * much: then they are to be read.
 */
export function packed(pages: OpenPages, version: number): string | undefined {
  if (pages.voided.length > 0) return undefined;
  const text = JSON.stringify({ version, ...pages });
  return text.length > MOST_CHARACTERS ? undefined : text;
}

/** Undefined when they belong to another version: then a release that keeps none has settled since. */
export function unpacked(text: string | undefined, version: number): OpenPages | undefined {
  if (text === undefined) return undefined;
  const { version: kept, ...pages } = JSON.parse(text, withDates) as OpenPages & { version: number };
  return kept === version ? pages : undefined;
}

const DATES = new Set(['openedAt', 'closedAt', 'from', 'to', 'recordedAt', 'until']);

const withDates = (key: string, value: unknown) =>
  typeof value === 'string' && DATES.has(key) ? new Date(value) : value;
