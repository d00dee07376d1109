import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { compareCostBy } from '../prices/dearer.ts';
import { Terms } from '../terms/terms.ts';
import type { VoidDocument } from '../voids/void.model.ts';
import { changedSince, isInForce, Voids } from '../voids/voids.ts';
import type { StoredFact } from './fact.model.ts';
import { Facts } from './facts.ts';
import { Intervals } from './interval-store.ts';
import type { Fact } from './intervals.ts';
import type { Ledger } from './ledger.model.ts';
import { areNext, Ledgers, pagesOf, progressOf } from './ledgers.ts';
import type { CompareCost } from './minutes.ts';
import type { OpenPages } from './open-pages.ts';
import { Records } from './records.ts';
import { ServerMonths } from './server-months.ts';
import { plan, type Plan, type Progress } from './settlement.ts';

/** All that a settlement goes by. */
interface Matter {
  /** A time at which the transaction had read something already. */
  now: Date;
  ledger: Ledger;
  progress: Progress;
  next: Plan;
  pages: OpenPages;
  compareCost: CompareCost;
  /** What is to be stored of what has arrived. */
  arrived: readonly Fact[];
  /** What had been stored before of what is settled, or waits. */
  stored: StoredFact[];
  voids: VoidDocument[];
}

/**
 * Reads what settlements go by, in their transaction. When the transition comes that a ledger waits for, and it happened after the hours
 * that are recorded, all of that stands in the ledger.
 */
@Injectable()
export class Reading {
  constructor(
    private readonly ledgers: Ledgers,
    private readonly facts: Facts,
    private readonly intervals: Intervals,
    private readonly records: Records,
    private readonly months: ServerMonths,
    private readonly voids: Voids,
    private readonly terms: Terms,
    private readonly clock: Clock,
  ) {}

  /**
   * Of servers, each with the transitions that have arrived of it; without those that have nothing to settle. Throws when a transition contradicts
   * what was known.
   */
  async of(arrived: ReadonlyMap<string, readonly Fact[]>): Promise<Matter[]> {
    const ledgers = await this.ledgers.of([...arrived.keys()]);
    const now = this.clock.now();
    const matters: Matter[] = [];
    for (const ledger of ledgers) {
      const facts = (arrived.get(ledger._id) ?? []).toSorted(bySequence);
      const expected = facts.length > 0 && areNext(ledger, facts);
      const unknown = expected ? facts : await this.facts.unknown(facts);
      if (facts.length > 0 && unknown.length === 0) continue;
      const matter = await this.matterOf(ledger, { arrived: unknown, expected, now });
      if (isToSettle(matter)) matters.push(matter);
    }
    return matters;
  }

  private async matterOf(
    ledger: Ledger,
    { arrived, expected, now }: { arrived: readonly Fact[]; expected: boolean; now: Date },
  ): Promise<Matter> {
    const serverId = ledger._id;
    const stored = expected ? [] : await this.facts.after(serverId, ledger.sequence);
    const kept = pagesOf(ledger);
    const voids = arrived.length > 0 && kept ? [] : await this.voids.of(serverId);
    const progress = progressOf(ledger);
    const waiting = [...stored, ...arrived].sort(bySequence);
    const next = plan(progress, { waiting, voidedSince: changedSince(voids) }, now);
    const open = next.from < progress.cutUntil ? undefined : kept;
    const pages = { ...(open ?? (await this.readPages(serverId, next))), voided: voids.filter(isInForce) };
    const compareCost = await this.compareCost([...next.facts, ...pages.intervals]);
    return { now, ledger, progress, next, pages, compareCost, arrived, stored, voids };
  }

  private async readPages(serverId: string, { from, months }: Plan): Promise<Omit<OpenPages, 'voided'>> {
    return {
      intervals: await this.intervals.reaching(serverId, from),
      records: await this.records.since(serverId, from),
      months: await this.months.of(serverId, months),
    };
  }

  /** Prices decide which of two sizes a minute is billed at, so nobody asks for them while a server keeps its own. */
  private async compareCost(
    levels: readonly { accountId: string; region: string; size: string | null }[],
  ): Promise<CompareCost> {
    const sizes = new Set(levels.flatMap(({ size }) => size ?? []));
    const regions = new Set(levels.map(({ region }) => region));
    if (sizes.size <= 1 && regions.size <= 1) return compareCostBy(NO_PRICES);
    return compareCostBy(await this.terms.pricesOf(levels[0]?.accountId));
  }
}

/** Not what another replica has settled first. */
const isToSettle = ({ ledger, progress, next, arrived, stored, voids }: Matter): boolean =>
  arrived.length > 0 ||
  next.facts.length > 0 ||
  next.missing !== ledger.missing ||
  next.until > progress.cutUntil ||
  !progress.summed ||
  stored.some(({ considered }) => !considered) ||
  voids.some(({ settled }) => !settled);

const bySequence = (a: Fact, b: Fact) => a.sequence - b.sequence;

const NO_PRICES = { find: () => undefined };
