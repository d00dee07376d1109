import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  SendBudgetSnapshots,
  type DataOf,
  type GetBudget,
  type RemoveBudget,
  type SetBudget,
  type TaggedBudget,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { BudgetModel, NO_BUDGET, type BudgetDocument } from './budget.model.ts';
import { isMatch, viewOf } from './budget.view.ts';
import { BudgetHints } from './hints.ts';
import { judge, nextAmount, rearmed, type Done, type Limits } from './judgement.ts';
import { Notices } from './notices.ts';
import { Spending, type Forecast } from './spending.ts';

/** A transaction that opens something may not have known yet that there is a budget: it is looked at once more when none can be left. */
const LOOKED_AT_AGAIN_MILLISECONDS = 60_000;
const SNAPSHOT_PAGE = 200;

/** What accounts mean to spend in a month, and what is done when they do. */
@Injectable()
export class Budgets {
  constructor(
    @InjectModel(BudgetModel.name) private readonly budgets: Model<BudgetDocument>,
    private readonly accounts: Accounts,
    private readonly spending: Spending,
    private readonly hints: BudgetHints,
    private readonly notices: Notices,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Throws 503 `dependency_unavailable`. */
  async get({ accountId }: DataOf<typeof GetBudget>): Promise<TaggedBudget> {
    const budget = await this.budgets.findById(accountId).lean<BudgetDocument | null>();
    return viewOf(budget ?? NO_BUDGET, await this.spending.of(accountId));
  }

  /** Throws 412 `precondition_failed`, 503 `dependency_unavailable`. */
  set({ accountId, ifMatch, amount, warnAt, action }: DataOf<typeof SetBudget>): Promise<TaggedBudget> {
    const limits = { amount, warnAt: warnAt.toSorted((a, b) => a - b), action };
    return this.change(accountId, ifMatch, limits);
  }

  /** Throws 412 `precondition_failed`, 503 `dependency_unavailable`. */
  remove({ accountId, ifMatch }: DataOf<typeof RemoveBudget>): Promise<TaggedBudget> {
    return this.change(accountId, ifMatch, null);
  }

  /** Looks what an account has used by now, and acts. */
  look(accountId: string): Promise<void> {
    return this.transactions.run(async () => {
      await this.hints.take(accountId);
      const before = await this.budgets
        .findOneAndUpdate({ _id: accountId }, { $inc: { version: 1 } }, { returnDocument: 'after' })
        .lean<BudgetDocument | null>();
      if (!before?.limits) return;
      const standing = await this.accounts.standingOf(accountId);
      if (standing === 'deleted') return this.forget(accountId);
      const spent = await this.spending.of(accountId);
      // One that is closed may be opened again by staff, with its budget.
      await this.act(before, standing === 'closed' ? null : before.limits, before.done, spent);
    });
  }

  /** Accounts at which there can be something to do, the longest due first. */
  async due(): Promise<string[]> {
    const due = await this.budgets
      .find({ nextLookAt: { $ne: null, $lte: this.clock.now() } }, { _id: 1 })
      .sort({ nextLookAt: 1 })
      .lean<{ _id: string }[]>();
    return due.map(({ _id }) => _id);
  }

  /** All are looked at anew: prices have changed, or nobody may have looked for a while. */
  async lookAtAll(): Promise<void> {
    const now = this.clock.now();
    await this.budgets.updateMany({ nextLookAt: { $gt: now } }, { $set: { nextLookAt: now } });
  }

  /** Of an account that is deleted nothing stays. */
  async forget(accountId: string): Promise<void> {
    await this.hints.take(accountId);
    await this.budgets.deleteOne({ _id: accountId });
  }

  /** Publishes a page of what restricts accounts and orders the next one from itself. Inside a transaction. */
  async sendSnapshots({ requestedBy, after = '' }: DataOf<typeof SendBudgetSnapshots>): Promise<void> {
    const page = await this.budgets
      .find({ _id: { $gt: after }, sequence: { $gt: 0 } })
      .sort({ _id: 1 })
      .limit(SNAPSHOT_PAGE)
      .lean<BudgetDocument[]>();
    for (const budget of page) await this.notices.restricted(budget, this.clock.now());
    const last = page.at(SNAPSHOT_PAGE - 1);
    if (last) await this.outbox.send(SendBudgetSnapshots, { requestedBy, after: last._id });
  }

  private change(
    accountId: string,
    ifMatch: readonly string[] | undefined,
    limits: Limits | null,
  ): Promise<TaggedBudget> {
    return this.transactions.run(async () => {
      // Written, not only read: of two at once, or of a change and a look, one starts again.
      const before = await this.budgets
        .findOneAndUpdate(
          { _id: accountId },
          { $inc: { version: 1 }, $setOnInsert: NO_BUDGET },
          { upsert: true, returnDocument: 'after' },
        )
        .orFail()
        .lean<BudgetDocument>();
      if (!isMatch(ifMatch, before.limits)) throw problem('precondition_failed');
      const spent = await this.spending.of(accountId);
      const updatedAt = this.clock.now();
      const set = { ...before, limits, updatedAt };
      await this.budgets.updateOne({ _id: accountId }, { $set: { limits, updatedAt } });
      const after = await this.act(
        set,
        limits,
        rearmed(limits, before.done, spent),
        spent,
        LOOKED_AT_AGAIN_MILLISECONDS,
      );
      return viewOf({ ...set, ...after }, spent);
    });
  }

  /** Does what is to be done by these limits, tells of it, and says when to look again. */
  private async act(
    { _id, limits: kept, done: told, sequence: last }: BudgetDocument,
    limits: Limits | null,
    before: Done,
    spent: Forecast,
    withinMilliseconds = Infinity,
  ): Promise<Pick<BudgetDocument, 'done' | 'sequence' | 'nextLookAt'>> {
    const { done, crossed } = judge(limits, before, spent);
    const isOther = keyOf(told) !== keyOf(done);
    const sequence = isOther ? last + 1 : last;
    const look = this.spending.nextLookAt(spent, limits && nextAmount(limits, done));
    const nextLookAt = kept && new Date(Math.min(look.getTime(), spent.at.getTime() + withinMilliseconds));
    const after = { done, sequence, nextLookAt };
    await this.budgets.updateOne({ _id }, { $set: after });
    if (limits) await this.notices.crossed(_id, limits, crossed, spent);
    if (isOther) await this.notices.restricted({ _id, ...after }, spent.at);
    if (isOther && done.acted) await this.notices.exceeded(_id, done.acted, done.month);
    if (isOther && !done.acted && told.month !== done.month)
      await this.notices.monthIsOver(_id, told.month, spent.at);
    return after;
  }
}

/** What is in force, to tell it from another restriction. */
const keyOf = ({ month, acted }: Done): string | null => acted && `${acted.action} ${month}`;
