import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { ServerTransition } from '@berth/contracts';
import { Transactions, Turns } from '@berth/mongo';
import { BudgetHints } from '../budgets/hints.ts';
import { Corrections } from '../invoices/corrections.ts';
import { compareCostBy } from '../prices/dearer.ts';
import { Terms } from '../terms/terms.ts';
import { changedSince, isInForce, Voids } from '../voids/voids.ts';
import { factOf, Facts } from './facts.ts';
import { Intervals } from './interval-store.ts';
import { Ledgers, progressOf } from './ledgers.ts';
import { Records } from './records.ts';
import { ServerMonths } from './server-months.ts';
import { plan, settle } from './settlement.ts';

/** Turns what servers did into usage records. */
@Injectable()
export class Metering {
  private readonly turns = new Turns((serverId) => this.settleAll(serverId));

  constructor(
    private readonly transactions: Transactions,
    private readonly ledgers: Ledgers,
    private readonly facts: Facts,
    private readonly intervals: Intervals,
    private readonly records: Records,
    private readonly months: ServerMonths,
    private readonly voids: Voids,
    private readonly terms: Terms,
    private readonly clock: Clock,
    private readonly hints: BudgetHints,
    private readonly corrections: Corrections,
  ) {}

  /**
   * Stores a transition in the open transaction, in any order and however often it comes. What follows from it is
   * settled after the commit, so that a burst of transitions of one server is settled together.
   */
  async take(transition: ServerTransition): Promise<void> {
    const fact = factOf(transition);
    if (await this.facts.add(fact)) this.transactions.afterCommit(() => this.settle(fact.serverId));
  }

  /** Records the usage that is certain by now: what transitions closed, and what is open up to the last UTC hour. */
  settle(serverId: string): Promise<void> {
    return this.turns.take(serverId);
  }

  private async settleAll(serverId: string): Promise<void> {
    while (await this.transactions.run(() => this.settleSome(serverId)));
  }

  /** Returns whether there is more to do. */
  private async settleSome(serverId: string): Promise<boolean> {
    const now = this.clock.now();
    const ledger = await this.ledgers.take(serverId);
    const progress = progressOf(ledger);
    const waiting = await this.facts.after(serverId, ledger.sequence);
    const voids = await this.voids.of(serverId);
    const next = plan(progress, { waiting, voidedSince: changedSince(voids) }, now);
    const pages = {
      intervals: await this.intervals.reaching(serverId, next.from),
      records: await this.records.since(serverId, next.from),
      voided: voids.filter(isInForce),
      months: await this.months.of(serverId, next.months),
    };
    const owner = waiting[0] ?? pages.intervals[0];
    const compareCost = compareCostBy(await this.terms.pricesOf(owner?.accountId));
    const { open, ...settled } = settle(progress, next, pages, compareCost, now);
    await this.intervals.save(settled.intervals);
    const opened = settled.intervals.find(({ openedBy }) => openedBy > ledger.sequence);
    if (opened) await this.hints.add(opened.accountId);
    await this.records.add(settled.records);
    await this.months.save(settled.months);
    await this.corrections.noteRecorded(settled.records);
    await this.facts.consider(waiting);
    await this.voids.noteSettled(voids);
    const { sequence, at, cutUntil } = settled.progress;
    await this.ledgers.save(ledger, { sequence, at, cutUntil, open, missing: next.missing });
    return next.more && open;
  }
}
