import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { DataOf, SetDebtStanding } from '@berth/contracts';
import { updateVersioned } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AuditTrail } from '../audit/audit-trail.ts';
import { AccountModel, type Account } from './account.model.ts';
import { Accounts } from './accounts.ts';

/** Suspends accounts for what they owe, as billing says it, and reinstates those that were suspended for nothing else. */
@Injectable()
export class Debts {
  private readonly logger = new Logger(Debts.name);

  constructor(
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    private readonly all: Accounts,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Inside a transaction. What was decided before, and comes later, changes nothing. */
  async set({ accountId, sequence, owes }: DataOf<typeof SetDebtStanding>): Promise<void> {
    const account = await this.accounts.findOne({ _id: accountId }).lean<Account | null>();
    if (!account || account.status === 'closed') {
      this.logger.warn(`${accountId} is no account that could be suspended for what it owes`);
      return;
    }
    if (account.debt && account.debt.sequence >= sequence) return;
    const status = owes ? 'suspended' : liftedFrom(account);
    const suspended = owes !== null && (account.debt?.suspended === true || account.status === 'active');
    const debt = { sequence, suspended, since: owes && this.clock.now() };
    const { _id, version } = account;
    const changed = await updateVersioned(this.accounts, { _id }, version, { $set: { status, debt } });
    if (status === account.status) return;
    await this.all.tell(changed);
    await this.trail.note({
      accountId,
      action: owes ? 'suspendForDebt' : 'reinstateAfterDebt',
      actor: { kind: 'system', id: 'billing', userId: null },
      target: { type: 'account', id: accountId },
      changes: owes && { reason: owes.reason, invoiceId: owes.invoiceId },
    });
  }
}

/** Only what was suspended for its debt is reinstated: what staff have suspended, besides or since, they alone reinstate. */
const liftedFrom = ({ status, debt }: Account) => (debt?.suspended ? 'active' : status);
