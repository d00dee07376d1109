import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { SendBudgetSnapshots, type BudgetChanged, type DataOf } from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { RestrictionModel, type Restriction, type RestrictionDocument } from './restriction.model.ts';

/** Our copy of what restricts accounts because of their budgets. */
@Injectable()
export class Restrictions implements OnApplicationBootstrap {
  constructor(
    @InjectModel(RestrictionModel.name) private readonly restrictions: Model<RestrictionDocument>,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Asks for all of them at every start: there may be none, and a database that was restored does not know what it lacks. */
  async onApplicationBootstrap(): Promise<void> {
    await this.transactions.run(() => this.outbox.send(SendBudgetSnapshots, { requestedBy: 'provisioning' }));
  }

  /** False when what we know is as new. */
  async accept({ accountId: _id, sequence, restriction }: DataOf<typeof BudgetChanged>): Promise<boolean> {
    const known = await this.restrictions.findById(_id).lean();
    if (known && known.sequence >= sequence) return false;
    const stored = restriction && storedOf(restriction);
    await this.restrictions.updateOne({ _id }, { $set: { sequence, restriction: stored } }, { upsert: true });
    return true;
  }

  /** What restricts an account now; null: nothing. */
  async of(accountId: string): Promise<Restriction | null> {
    const known = await this.restrictions.findById(accountId).lean<RestrictionDocument | null>();
    const restriction = known?.restriction ?? null;
    return restriction && restriction.until > this.clock.now() ? restriction : null;
  }

  /** Throws 409 `budget_exceeded`, for what would cost more than is spent already. */
  async requireNone(accountId: string): Promise<void> {
    const restriction = await this.of(accountId);
    if (restriction) throw problem('budget_exceeded', { detail: detailOf(restriction) });
  }

  async remove(accountId: string): Promise<void> {
    await this.restrictions.deleteOne({ _id: accountId });
  }
}

type Told = NonNullable<DataOf<typeof BudgetChanged>['restriction']>;

const storedOf = ({ action, month, amount, used, currency, until }: Told): Restriction => ({
  ...{ action, month, amount, used, currency },
  until: new Date(until),
});

const detailOf = ({ amount, currency, month }: Restriction): string =>
  `The budget of ${amount} ${currency} for ${month} is used up. Raise it or take it away, or wait for the next month.`;
