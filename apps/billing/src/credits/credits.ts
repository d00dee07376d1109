import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type {
  Credit,
  DataOf,
  GrantCredit,
  InvoiceContent,
  ListCredits,
  ReplyOf,
  WithdrawCredit,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { insertOne, isId, newId, pageOf, Transactions, updateVersioned } from '@berth/mongo';
import { sumOf } from '@berth/pricing';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { Terms } from '../terms/terms.ts';
import { CreditModel, type CreditDocument } from './credit.model.ts';
import { remainingOf, share } from './remaining.ts';

/** What accounts need not pay. */
@Injectable()
export class Credits {
  constructor(
    @InjectModel(CreditModel.name) private readonly credits: Model<CreditDocument>,
    private readonly accounts: Accounts,
    private readonly terms: Terms,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Newest first. Throws 400 `invalid_cursor`, 503 `dependency_unavailable` before the first catalog has arrived. */
  async list({ accountId, cursor, limit }: DataOf<typeof ListCredits>): Promise<ReplyOf<typeof ListCredits>> {
    if (cursor !== undefined && !isId('crd', cursor)) throw problem('invalid_cursor');
    const now = this.clock.now();
    const { currency } = await this.terms.bookOf(accountId, now);
    const all = await this.credits.find({ accountId }).sort({ _id: -1 }).lean<CreditDocument[]>();
    const rest = all.filter(({ _id }) => cursor === undefined || _id < cursor);
    return {
      available: sumOf(
        all.filter((credit) => credit.currency === currency).map((credit) => remainingOf(credit, now)),
      ),
      currency,
      ...pageOf(rest, limit, { item: (credit) => shown(credit, now), cursor: ({ _id }) => _id }),
    };
  }

  /** Inside a transaction. Throws 404 `not_found`, 409 `invalid_state`, 400 `invalid_request`, 503 `dependency_unavailable`. */
  async grant({
    accountId,
    amount,
    reason,
    expiresAt,
  }: DataOf<typeof GrantCredit>): Promise<ReplyOf<typeof GrantCredit>> {
    await this.accounts.expectOpen(accountId);
    const grantedAt = this.clock.now();
    const expiry = expiresAt == null ? null : new Date(expiresAt);
    if (expiry && expiry <= grantedAt) throw alreadyExpired();
    const { currency } = await this.terms.bookOf(accountId, grantedAt);
    return shown(
      await this.add({ accountId, amount, currency, reason, grantedAt, expiresAt: expiry }),
      grantedAt,
    );
  }

  /** Adds a credit, in the open transaction if there is one. */
  async add(
    credit: Pick<CreditDocument, 'accountId' | 'amount' | 'currency' | 'reason' | 'grantedAt' | 'expiresAt'>,
  ): Promise<CreditDocument> {
    const added = { _id: newId('crd'), ...credit, withdrawnAt: null, version: 0 };
    await insertOne(this.credits, added);
    return added;
  }

  /**
   * Takes what an invoice can be paid with of what remains at this time, and notes it on the credits. In the open transaction: another that takes of,
   * or withdraws, the same credit conflicts with it.
   */
  async take(
    { accountId, currency, total }: Pick<InvoiceContent, 'currency' | 'total'> & { accountId: string },
    invoiceId: string,
    at: Date,
  ): Promise<InvoiceContent['credits']> {
    const all = await this.credits.find({ accountId, currency }).lean<CreditDocument[]>();
    const taken = share(all, total, at);
    for (const { credit, amount } of taken) {
      const $push = { taken: { invoiceId, amount, at } };
      await updateVersioned(this.credits, { _id: credit._id, accountId }, credit.version, { $push });
    }
    return taken.map(({ credit, amount }) => ({ creditId: credit._id, reason: credit.reason, amount }));
  }

  /** Gives back what an invoice took, in the open transaction. What has expired since is worth nothing. */
  async giveBack(accountId: string, invoiceId: string): Promise<void> {
    const $pull = { taken: { invoiceId } };
    await this.credits.updateMany(
      { accountId, 'taken.invoiceId': invoiceId },
      { $pull, $inc: { version: 1 } },
    );
  }

  /** Throws 404 `not_found`, 409 `invalid_state`. */
  async withdraw({
    accountId,
    creditId,
  }: DataOf<typeof WithdrawCredit>): Promise<ReplyOf<typeof WithdrawCredit>> {
    return this.transactions.run(async () => {
      const now = this.clock.now();
      const credit = await this.credits.findOne({ _id: creditId, accountId }).lean<CreditDocument | null>();
      if (!credit) throw problem('not_found');
      if (remainingOf(credit, now) === '0')
        throw problem('invalid_state', { detail: 'Nothing remains of it.' });
      const withdrawal = { $set: { withdrawnAt: now } };
      const withdrawn = await updateVersioned(
        this.credits,
        { _id: creditId, accountId },
        credit.version,
        withdrawal,
      );
      return shown(withdrawn, now);
    });
  }
}

function shown(credit: CreditDocument, now: Date): Credit {
  const { _id: id, amount, currency, reason, grantedAt, expiresAt, withdrawnAt } = credit;
  return {
    id,
    amount,
    remaining: remainingOf(credit, now),
    currency,
    reason,
    grantedAt: grantedAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    withdrawnAt: withdrawnAt?.toISOString() ?? null,
  };
}

const alreadyExpired = () =>
  problem('invalid_request', { errors: [{ pointer: '/expiresAt', detail: 'must lie in the future' }] });
