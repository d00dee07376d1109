import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { Transactions, updateVersioned } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AccountModel, type Account } from '../accounts/account.model.ts';
import { Accounts } from '../accounts/accounts.ts';
import { AuditTrail } from '../audit/audit-trail.ts';
import { Invitations } from '../members/invitations.ts';
import { Partings } from './partings.ts';

/** So many accounts are taken up by one sweep. */
const ACCOUNTS_AT_ONCE = 20;
/** A message that was being handled when the account was deleted may have brought something back: longer than a transaction lives. */
const LAST_LOOK_MILLISECONDS = 120_000;

/**
 * Deletes accounts whose grace period is over and whose servers are gone. What is left to do is in the account itself, so a sweep that is
 * cut off is taken up by the next; nothing is done twice that was done.
 */
@Injectable()
export class Deletions {
  private readonly logger = new Logger('Deletions');

  constructor(
    @InjectModel(AccountModel.name) private readonly models: Model<Account>,
    private readonly accounts: Accounts,
    private readonly partings: Partings,
    private readonly invitations: Invitations,
    private readonly trail: AuditTrail,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Ends those whose time has come: nobody gets in from then on, and the other services hear that they delete what they have. */
  async beginDue(): Promise<void> {
    const due = await this.models
      .find({ 'closing.deletesAt': { $lte: this.clock.now() }, 'closing.serversGoneAt': { $ne: null } })
      .sort({ 'closing.deletesAt': 1 })
      .limit(ACCOUNTS_AT_ONCE)
      .lean<Account[]>();
    for (const { _id } of due) await this.one(_id, () => this.transactions.run(() => this.begin(_id)));
  }

  /** Deletes what is left of those, a transaction a piece; ends early with the tenure. */
  async eraseRest(tenure: AbortSignal): Promise<void> {
    const erasing = await this.models.find({ isErasing: true }).limit(ACCOUNTS_AT_ONCE).lean<Account[]>();
    for (const { _id, deletedAt } of erasing)
      await this.one(_id, () => this.erase(_id, deletedAt?.getTime() ?? 0, tenure));
  }

  private async erase(_id: string, deletedAt: number, tenure: AbortSignal): Promise<void> {
    const startedAt = this.clock.now().getTime();
    while (!tenure.aborted && (await this.eraseSome(_id)));
    if (tenure.aborted || startedAt - deletedAt < LAST_LOOK_MILLISECONDS) return;
    await this.models.updateOne({ _id }, { $unset: { isErasing: 1 } });
    this.logger.log({ accountId: _id }, `All that ${_id} had is deleted`);
  }

  /** An account that fails keeps no other waiting. */
  private async one(_id: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.logger.error(error, `The deletion of ${_id} is held up`));
  }

  /** Its members may have opened it again at the last moment. */
  private async begin(_id: string): Promise<void> {
    const account = await this.models.findOne({ _id }).lean<Account | null>();
    const deletedAt = this.clock.now();
    if (!account?.closing?.serversGoneAt || account.closing.deletesAt > deletedAt) return;
    const deleted = await updateVersioned(this.models, { _id }, account.version, {
      $set: { status: 'closed', deletedAt, isErasing: true },
      $unset: { closing: 1 },
    });
    await this.accounts.tell(deleted);
    const { requestedAt } = account.closing;
    this.transactions.afterCommit(() =>
      this.logger.log({ accountId: _id, requestedAt }, `${_id} is deleted: its grace period is over`),
    );
  }

  /** Whether there may be more. */
  private async eraseSome(accountId: string): Promise<boolean> {
    if (await this.partings.partSome(accountId)) return true;
    await this.invitations.removeAllOf(accountId);
    return this.trail.eraseSome(accountId);
  }
}
