import { follow, type Fact, type Interval } from './intervals.ts';
import { hourOf, spansOf, usageOf, type CompareCost } from './minutes.ts';
import { openFrom, type OpenPages } from './open-pages.ts';
import { revise, type LedgerRecord } from './revisions.ts';
import { monthsIn, summed, type ServerMonth } from './server-month.ts';

/** How far the ledger of one server has come. */
export interface Progress {
  /** The last transition of the contiguous prefix, and its time; 0 and 1970 before the first. */
  sequence: number;
  at: Date;
  /** The UTC hour up to which what is open has been recorded. */
  cutUntil: Date;
  /** Whether the sums of its months say all up to there; those of 0.1.0 kept none. */
  summed: boolean;
}

/** How long a transition may be on its way without a cut record having to be reversed for it. */
const LATENESS_SECONDS = 10;
/** A settlement is one transaction: after a long time in which nothing ran it makes up for a week, then for the next. */
const MOST_HOURS = 7 * 24;

/** A server of which nothing is known yet. */
export const START: Progress = { sequence: 0, at: new Date(0), cutUntil: new Date(0), summed: true };

/** What a settlement is going to look at. */
export interface Plan {
  /** The next transitions without a gap. */
  facts: Fact[];
  /** The first transition that is missing while later ones are there. */
  missing: number | null;
  /** The UTC hour in which the first change can be; all before it stays as it is. */
  from: Date;
  /** The UTC hour up to which what is open is going to be recorded. */
  until: Date;
  /** The UTC months whose sums can change. */
  months: string[];
  /** Whether more hours are over than one settlement takes on. */
  more: boolean;
}

/** What has happened to a server since it was settled last. */
export interface News {
  /** The transitions not yet followed, by sequence. */
  waiting: readonly Fact[];
  /** From when on minutes have been declared void, or billed again, since then. */
  voidedSince: Date | null;
}

/**
 * Takes from the transitions that wait those without a gap. While one is missing, what is open is not recorded any further: the
 * missing one may have closed it.
 */
export function plan(progress: Progress, { waiting, voidedSince }: News, now: Date): Plan {
  const gap = waiting.findIndex((fact, index) => fact.sequence !== progress.sequence + 1 + index);
  const facts = inTime(gap === -1 ? waiting : waiting.slice(0, gap), progress.at);
  const missing = gap === -1 ? null : progress.sequence + 1 + gap;
  const changed = [facts[0]?.at, voidedSince].filter((since) => since != null).map(hourOf);
  const from = progress.summed ? changed.reduce(earlier, progress.cutUntil) : START.cutUntil;
  const known = later(facts.at(-1)?.at ?? progress.at, progress.cutUntil);
  const reach = earlier(cutAt(now), hoursAfter(hourOf(known), MOST_HOURS));
  const until = missing === null ? later(reach, progress.cutUntil) : progress.cutUntil;
  const more = missing === null && until < cutAt(now);
  // From zero on nothing is kept but what there is while the first transitions are missing, under 1970.
  const months = monthsIn(from, from > START.cutUntil ? until : from);
  return { facts, missing, from, until, months, more };
}

/** The UTC hour up to which what is open is recorded at this time. */
export const cutAt = (now: Date) => hourOf(new Date(now.getTime() - LATENESS_SECONDS * 1000));

/** What a settlement changes: progress made, intervals opened or closed, records to add, months summed anew. */
interface Settlement {
  progress: Progress;
  intervals: Interval[];
  records: LedgerRecord[];
  months: ServerMonth[];
  /** What the next settlement can change, unless something comes that reaches back behind this one. */
  pages: OpenPages;
  /** Whether there is anything after the last hour recorded, so that it has to be cut when it is over. */
  open: boolean;
}

/** What follows from the planned transitions and from the hours that are over. `recordedAt` is stamped on new records. */
export function settle(
  progress: Progress,
  { facts, from, until }: Plan,
  pages: OpenPages,
  compareCost: CompareCost,
  recordedAt: Date,
): Settlement {
  const closed = pages.intervals.filter((interval) => interval.closedBy !== null);
  const followed = follow(
    pages.intervals.filter((interval) => interval.closedBy === null),
    facts,
  );
  const spans = spansOf([...closed, ...followed], compareCost, pages.voided);
  const usage = usageOf(spans, { from, until });
  const records = revise(pages.records, usage, recordedAt);
  const before = progress.summed ? progress.cutUntil : START.cutUntil;
  const months = summed(pages.months, { before, until, spans, usage, records });
  const last = facts.at(-1) ?? progress;
  return {
    progress: { sequence: last.sequence, at: last.at, cutUntil: until, summed: true },
    intervals: followed.filter((interval) => !pages.intervals.includes(interval)),
    records,
    months,
    pages: openFrom(until, {
      intervals: [...closed, ...followed],
      records: [...pages.records, ...records],
      voided: pages.voided,
      months: [
        ...months,
        ...pages.months.filter(({ month }) => !months.some((each) => each.month === month)),
      ],
    }),
    open: spans.some((span) => span.to > until.getTime()),
  };
}

/** A server's time never goes back; should a transition say so, it happened when the one before it did. */
function inTime(facts: readonly Fact[], since: Date): Fact[] {
  let at = since;
  return facts.map((fact) => ({ ...fact, at: (at = later(fact.at, at)) }));
}

const hoursAfter = (moment: Date, hours: number) => new Date(moment.getTime() + hours * 3_600_000);
const earlier = (a: Date, b: Date) => (a < b ? a : b);
const later = (a: Date, b: Date) => (a > b ? a : b);
