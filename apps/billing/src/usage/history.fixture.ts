import fc from 'fast-check';
import type { Fact, Interval } from './intervals.ts';
import type { CompareCost, Voided } from './minutes.ts';
import { packed, unpacked, type OpenPages } from './open-pages.ts';
import type { LedgerRecord } from './revisions.ts';
import type { ServerMonth } from './server-month.ts';
import { plan, settle, START, type Plan, type Progress } from './settlement.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A ledger kept in memory that, like the stored one, is shown no more than a settlement needs. */
export class Ledger {
  progress: Progress = START;
  intervals: Interval[] = [];
  records: LedgerRecord[] = [];
  /** By name. */
  months = new Map<string, ServerMonth>();
  voided: Voided[] = [];
  /** Each time pages were kept that a settlement could go by: those, and what it would have read. */
  readonly kept: { pages: OpenPages; read: OpenPages }[] = [];
  private version = 0;
  private openPages: string | undefined;
  private voidedSince: Date | null = null;
  private facts = new Map<number, Fact>();

  constructor(private readonly compareCost: CompareCost) {}

  take(fact: Fact | undefined, now: Date): void {
    if (fact && !this.facts.has(fact.sequence)) this.facts.set(fact.sequence, fact);
    while (this.settle(now));
  }

  /** Puts these in the place of the minutes that were void. */
  declare(voided: Voided[], now: Date): void {
    const froms = [...this.voided, ...voided].map(({ from }) => from);
    this.voidedSince = froms.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
    this.voided = voided;
    while (this.settle(now));
  }

  /** As after having been settled by a release that sums nothing. */
  forgetMonths(): void {
    this.version++;
    this.months.clear();
    this.progress = { ...this.progress, summed: false };
  }

  private settle(now: Date): boolean {
    const waiting = [...this.facts.values()]
      .filter(({ sequence }) => sequence > this.progress.sequence)
      .sort((a, b) => a.sequence - b.sequence);
    const next = plan(this.progress, { waiting, voidedSince: this.voidedSince }, now);
    const pages = this.pagesFor(next);
    const settlement = settle(this.progress, next, pages, this.compareCost, now);
    const changed = new Set(settlement.intervals.map(({ meter, openedBy }) => `${meter}${openedBy}`));
    this.openPages = packed(settlement.pages, ++this.version);
    this.progress = settlement.progress;
    this.voidedSince = null;
    for (const month of settlement.months) this.months.set(month.month, month);
    this.intervals = this.intervals
      .filter(({ meter, openedBy }) => !changed.has(`${meter}${openedBy}`))
      .concat(settlement.intervals);
    this.records.push(...settlement.records);
    return next.more && settlement.open;
  }

  private pagesFor({ from, months }: Plan): OpenPages {
    const read = {
      intervals: this.intervals.filter(({ closedAt }) => closedAt === null || closedAt > from),
      records: this.records.filter((record) => record.from >= from),
      voided: this.voided,
      months: months.map((month) => this.months.get(month)).filter((month) => month !== undefined),
    };
    const kept = from < this.progress.cutUntil ? undefined : unpacked(this.openPages, this.version);
    if (!kept) return read;
    const pages = { ...kept, voided: this.voided };
    this.kept.push({ pages, read });
    return pages;
  }
}

const starts = ['2026-01-31T23:58:30.000Z', '2026-12-31T23:59:59.999Z', '2028-02-28T23:57:00.000Z']
  .concat('2028-02-29T23:56:00.001Z', '2026-06-10T09:59:00.000Z')
  .map((text) => Date.parse(text));

const gap = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 40_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 200 }).map((minutes) => minutes * MINUTE) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 * HOUR }) },
);

/** One of eight servers goes on: it is counted to the end of its month, which takes the oracles a hundred times as long. */
const goesOn = fc.nat({ max: 7 }).map((n) => n === 0);

/** What one server did: up to a dozen transitions around the ends of hours, months and years. */
export const history = fc
  .tuple(
    fc.constantFrom(...starts),
    goesOn,
    fc.array(
      fc.record({
        gap,
        computeBilled: fc.boolean(),
        diskBilled: fc.integer({ max: 4, min: 0 }).map((n) => n > 0),
        size: fc.constantFrom('small', 'small', 'large', 'odd'),
        diskGib: fc.constantFrom(20, 20, 50),
        // Backups go on whatever the server does, also when all else is gone.
        backupGib: fc.constantFrom(0, 0, 8, 8, 30),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  )
  .map(([start, open, steps]) => {
    let at = start;
    return steps.map(({ gap: elapsed, backupGib, ...step }, index): Fact => {
      at += elapsed;
      return {
        ...step,
        ...(backupGib > 0 && { backupGib }),
        ...(index === steps.length - 1 && !open && { computeBilled: false, diskBilled: false }),
        serverId: 'srv_1',
        accountId: 'acc_1',
        sequence: index + 1,
        at: new Date(at),
        product: 'web',
        region: 'eu-central-1',
      };
    });
  });

/** What reaches billing: transitions, and looks at the clock. */
export type Step = { fact: Fact } | { now: Date };

const looks = (facts: Fact[]) =>
  fc.integer({ min: 0, max: 1_000 }).map((permille) => {
    const [first, last] = [facts.at(0), facts.at(-1)].map((fact) => fact?.at.getTime() ?? 0) as [
      number,
      number,
    ];
    return { now: new Date(first + Math.round((permille / 900) * (last - first + HOUR))) };
  });

/** Every transition at least once, and looks at the clock, in any order. */
export const disorder = history.chain((facts) =>
  fc
    .tuple(fc.array(fc.constantFrom(...facts), { maxLength: 6 }), fc.array(looks(facts), { maxLength: 4 }))
    .map(([duplicates, nows]): Step[] => [...[...facts, ...duplicates].map((fact) => ({ fact })), ...nows])
    .chain((steps) => fc.shuffledSubarray(steps, { minLength: steps.length }))
    .map((steps) => [facts, steps] as const),
);

/** The ledger after all of these have reached it. */
export function run(steps: Step[], compareCost: CompareCost): Ledger {
  const ledger = new Ledger(compareCost);
  for (const step of steps)
    ledger.take('fact' in step ? step.fact : undefined, 'now' in step ? step.now : new Date(0));
  return ledger;
}
