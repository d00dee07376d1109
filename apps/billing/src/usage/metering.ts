import { Injectable } from '@nestjs/common';
import type { ServerTransition } from '@berth/contracts';
import type { MessageContext } from '@berth/messaging';
import { Transactions, Turns } from '@berth/mongo';
import { BudgetHints } from '../budgets/hints.ts';
import { Corrections } from '../invoices/corrections.ts';
import { Voids } from '../voids/voids.ts';
import { factOf, Facts } from './facts.ts';
import { Intervals } from './interval-store.ts';
import type { Fact, Interval } from './intervals.ts';
import type { Ledger } from './ledger.model.ts';
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
   * Stores transitions, in any order and however often they come, and records the usage that follows from them, in the open transaction. The messages
   * are those that told them. Throws when one contradicts the one known under its sequence.
   */
  async take(
    transitions: readonly ServerTransition[],
    messages: readonly MessageContext[] = [],
  ): Promise<void> {
    const arrived = Map.groupBy(transitions.map(factOf), ({ serverId }) => serverId);
    const causes = new Map(transitions.map(({ serverId }, index) => [serverId, messages[index]]));
    for (const serverId of await this.settleSome(arrived, causes))
      this.transactions.afterCommit(() => this.settle(serverId));
  }

  /** Records the usage that is certain by now: what transitions closed, and what is open up to the last UTC hour. */
  settle(serverId: string): Promise<void> {
    return this.turns.take(serverId);
  }

  /** The same for several servers in one transaction: nothing, and it throws, when one of them fails or is settled elsewhere at the same time. */
  async settleTogether(serverIds: readonly string[]): Promise<void> {
    const nothingNew = new Map(serverIds.map((serverId) => [serverId, []]));
    const unfinished = await this.transactions.once(() => this.settleSome(nothingNew));
    for (const serverId of unfinished) await this.settle(serverId);
  }

  private async settleAll(serverId: string): Promise<void> {
    const nothingNew = new Map([[serverId, []]]);
    while ((await this.transactions.run(() => this.settleSome(nothingNew))).length > 0);
  }

  /** Settles servers with what has arrived of them. Returns those of which there is more to do. */
  private async settleSome(
    arrived: ReadonlyMap<string, readonly Fact[]>,
    causes?: ReadonlyMap<string, MessageContext | undefined>,
  ): Promise<string[]> {
    const settled = (await this.reading.of(arrived)).map((matter) => ({
      ...matter,
      ...settle(matter.progress, matter.next, matter.pages, matter.compareCost, matter.now),
    }));
    const records = settled.flatMap((each) => each.records);
    await this.ledgers.save(settled);
    await this.facts.add(settled.flatMap((each) => each.arrived));
    await this.facts.consider(settled.flatMap((each) => each.stored));
    await this.intervals.save(settled.flatMap((each) => each.intervals));
    await this.hints.add(settled.flatMap(accountOfOpened));
    await this.records.add(records, causes);
    await this.months.save(settled.flatMap((each) => each.months));
    await this.corrections.noteRecorded(records);
    await this.voids.noteSettled(settled.flatMap((each) => each.voids));
    return settled.filter(({ next, open }) => next.more && open).map(({ ledger }) => ledger._id);
  }
}

/** Whose costs grow faster from now on. */
function accountOfOpened({
  ledger,
  intervals,
}: {
  ledger: Ledger;
  intervals: readonly Interval[];
}): string[] {
  const opened = intervals.find(({ openedBy }) => openedBy > ledger.sequence);
  return opened ? [opened.accountId] : [];
}
