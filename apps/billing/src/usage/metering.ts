import { Injectable } from '@nestjs/common';
import type { ServerTransition } from '@berth/contracts';
import { Transactions, Turns } from '@berth/mongo';
import { BudgetHints } from '../budgets/hints.ts';
import { Corrections } from '../invoices/corrections.ts';
import { Voids } from '../voids/voids.ts';
import { factOf, Facts } from './facts.ts';
import { Intervals } from './interval-store.ts';
import type { Fact } from './intervals.ts';
import { Ledgers } from './ledgers.ts';
import { Reading } from './reading.ts';
import { Records } from './records.ts';
import { ServerMonths } from './server-months.ts';
import { settle } from './settlement.ts';

/** Turns what servers did into usage records. */
@Injectable()
export class Metering {
  private readonly turns = new Turns((serverId) => this.settleAll(serverId));

  constructor(
    private readonly transactions: Transactions,
    private readonly reading: Reading,
    private readonly ledgers: Ledgers,
    private readonly facts: Facts,
    private readonly intervals: Intervals,
    private readonly records: Records,
    private readonly months: ServerMonths,
    private readonly voids: Voids,
    private readonly hints: BudgetHints,
    private readonly corrections: Corrections,
  ) {}

  /**
   * Stores a transition, in any order and however often it comes, and records the usage that follows from it, in the open transaction.
   * Throws when it contradicts the one known under its sequence.
   */
  async take(transition: ServerTransition): Promise<void> {
    const fact = factOf(transition);
    const more = await this.settleSome(fact.serverId, fact);
    if (more) this.transactions.afterCommit(() => this.settle(fact.serverId));
  }

  /** Records the usage that is certain by now: what transitions closed, and what is open up to the last UTC hour. */
  settle(serverId: string): Promise<void> {
    return this.turns.take(serverId);
  }

  private async settleAll(serverId: string): Promise<void> {
    while (await this.transactions.run(() => this.settleSome(serverId)));
  }

  /** With what has arrived of it, if anything has. Returns whether there is more to do. */
  private async settleSome(serverId: string, arrived?: Fact): Promise<boolean> {
    const matter = await this.reading.of(serverId, arrived);
    if (!matter) return false;
    const { now, ledger, progress, next, pages, compareCost, stored, voids } = matter;
    const settled = settle(progress, next, pages, compareCost, now);
    const { sequence, at, cutUntil } = settled.progress;
    const { open } = settled;
    await this.ledgers.save(ledger, {
      sequence,
      at,
      cutUntil,
      open,
      missing: next.missing,
      pages: settled.pages,
    });
    if (arrived) await this.facts.add(arrived);
    await this.facts.consider(stored);
    await this.intervals.save(settled.intervals);
    const opened = settled.intervals.find(({ openedBy }) => openedBy > ledger.sequence);
    if (opened) await this.hints.add(opened.accountId);
    await this.records.add(settled.records);
    await this.months.save(settled.months);
    await this.corrections.noteRecorded(settled.records);
    await this.voids.noteSettled(voids);
    return next.more && open;
  }
}
