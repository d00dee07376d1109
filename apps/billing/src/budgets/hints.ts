import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { insertAll } from '@berth/mongo';
import type { Model } from 'mongoose';
import { BudgetModel, type BudgetDocument } from './budget.model.ts';
import { HintModel, type HintDocument } from './hint.model.ts';

/**
 * Has accounts looked at anew, whenever the next look was to be. Each is a document of its own, so that whoever adds one in a
 * transaction is in nobody's way, and one that was not there yet when an account was looked at is still there afterwards.
 */
@Injectable()
export class BudgetHints {
  constructor(
    @InjectModel(HintModel.name) private readonly hints: Model<HintDocument>,
    @InjectModel(BudgetModel.name) private readonly budgets: Model<BudgetDocument>,
  ) {}

  /** Something opened, or their terms have changed: in the transaction that makes it so. Nothing for accounts without a budget. */
  async add(accountIds: readonly string[]): Promise<void> {
    if (accountIds.length === 0) return;
    const watched = await this.budgets
      .find({ _id: { $in: accountIds }, nextLookAt: { $ne: null } }, { _id: 1 })
      .lean();
    await insertAll(
      this.hints,
      watched.map(({ _id: accountId }) => ({ _id: randomUUID(), accountId })),
    );
  }

  accounts(): Promise<string[]> {
    return this.hints.distinct('accountId').setOptions({ crossTenant: true });
  }

  /** Removes those that are there by now; in the transaction that looks, and before it does. */
  async take(accountId: string): Promise<void> {
    const there = await this.hints.find({ accountId }, { _id: 1 }).lean();
    if (there.length > 0)
      await this.hints.deleteMany({ accountId, _id: { $in: there.map(({ _id }) => _id) } });
  }
}
