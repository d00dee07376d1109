import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { isDuplicateKey } from '@berth/mongo';
import type { Model } from 'mongoose';
import { LaunchBudgetModel, type BudgetDocument } from './launch-budget.model.ts';

/** EC2's own bucket for RunInstances: 5 calls at once, refilled at 2/s, per account and region. */
const CAPACITY = 5;
const PER_SECOND = 2;
/** Terminates may have to repeat a RunInstances to learn what it made: a crowd of launches leaves them so much. */
const KEPT_FOR_TERMINATES = 1;

/**
 * RunInstances calls per region, shared by all replicas: a bucket in the database, because replicas that each
 * took their share would halve it whenever one is idle, and EC2's throttling of the surplus would also hit terminates.
 */
@Injectable()
export class LaunchBudget {
  constructor(
    @InjectModel(LaunchBudgetModel.name) private readonly budgets: Model<BudgetDocument>,
    private readonly clock: Clock,
  ) {}

  /** Takes a call, or says in how many seconds to ask again. */
  async take(region: string, use: 'launch' | 'terminate'): Promise<{ waitSeconds: number }> {
    const now = this.clock.now();
    const found = (await this.budgets.findById(region).lean()) ?? (await this.found(region, now));
    const passedSeconds = Math.max(0, now.getTime() - found.filledAt.getTime()) / 1000;
    const tokens = Math.min(CAPACITY, found.tokens + passedSeconds * PER_SECOND);
    const least = use === 'launch' ? 1 + KEPT_FOR_TERMINATES : 1;
    if (tokens < least) return { waitSeconds: (least - tokens) / PER_SECOND + Math.random() / PER_SECOND };
    const { matchedCount } = await this.budgets.updateOne(
      { _id: region, turn: found.turn },
      { $set: { tokens: tokens - 1, filledAt: now }, $inc: { turn: 1 } },
    );
    return matchedCount === 1 ? { waitSeconds: 0 } : { waitSeconds: Math.random() / PER_SECOND };
  }

  private async found(region: string, now: Date): Promise<BudgetDocument> {
    const full = { _id: region, tokens: CAPACITY, filledAt: now, turn: 0 };
    try {
      await this.budgets.insertMany([full]);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return full;
  }
}
