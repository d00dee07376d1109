import { Injectable } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import type { ServerTransition } from '@berth/contracts';
import { Transactions, Turns } from '@berth/mongo';
import { PriceBook } from '@berth/pricing';
import { compareCostBy } from '../prices/dearer.ts';
import { factOf, Facts } from './facts.ts';
import { Intervals } from './interval-store.ts';
import { Ledgers } from './ledgers.ts';
import { Records } from './records.ts';
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
    private readonly catalog: CatalogCopy,
    private readonly clock: Clock,
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
    const waiting = await this.facts.after(serverId, ledger.sequence);
    const next = plan(ledger, waiting, now);
    const pages = {
      intervals: await this.intervals.reaching(serverId, next.from),
      records: await this.records.since(serverId, next.from),
    };
    const compareCost = compareCostBy(new PriceBook((await this.catalog.latest())?.prices ?? []));
    const { progress, intervals, records, open } = settle(ledger, next, pages, compareCost, now);
    await this.intervals.save(intervals);
    await this.records.add(records);
    await this.facts.consider(waiting);
    await this.ledgers.save(serverId, { ...progress, open, missing: next.missing });
    return next.more && open;
  }
}
