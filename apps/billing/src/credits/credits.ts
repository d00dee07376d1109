import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { Credit, DataOf, GrantCredit, ListCredits, ReplyOf, WithdrawCredit } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { insertOne, isId, newId, pageOf } from '@berth/mongo';
import { sumOf } from '@berth/pricing';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { Terms } from '../terms/terms.ts';
import { CreditModel, type CreditDocument } from './credit.model.ts';

/** What accounts need not pay. */
@Injectable()
export class Credits {
  constructor(
    @InjectModel(CreditModel.name) private readonly credits: Model<CreditDocument>,
    private readonly accounts: Accounts,
    private readonly terms: Terms,
    private readonly clock: Clock,
  ) {}

  /** Newest first. Throws 400 `invalid_cursor`, 503 `dependency_unavailable` before the first catalog has arrived. */
  async list({ accountId, cursor, limit }: DataOf<typeof ListCredits>): Promise<ReplyOf<typeof ListCredits>> {
    if (cursor !== undefined && !isId('crd', cursor)) throw problem('invalid_cursor');
    const now = this.clock.now();
    const { currency } = await this.terms.bookOf(accountId, now);
    const all = await this.credits.find({ accountId, currency }).sort({ _id: -1 }).lean<CreditDocument[]>();
    const rest = all.filter(({ _id }) => cursor === undefined || _id < cursor);
    return {
      available: sumOf(all.map((credit) => remainingOf(credit, now))),
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
    const credit: CreditDocument = {
      _id: newId('crd'),
      accountId,
      amount,
      currency,
      reason,
      grantedAt,
      expiresAt: expiry,
      withdrawnAt: null,
    };
    await insertOne(this.credits, credit);
    return shown(credit, grantedAt);
  }

  /** Throws 404 `not_found`, 409 `invalid_state`. */
  async withdraw({
    accountId,
    creditId,
  }: DataOf<typeof WithdrawCredit>): Promise<ReplyOf<typeof WithdrawCredit>> {
    const now = this.clock.now();
    const withdrawn = await this.credits
      .findOneAndUpdate(
        {
          _id: creditId,
          accountId,
          withdrawnAt: null,
          $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }],
        },
        { $set: { withdrawnAt: now } },
        { returnDocument: 'after' },
      )
      .lean<CreditDocument | null>();
    if (withdrawn) return shown(withdrawn, now);
    const isThere = await this.credits.exists({ _id: creditId, accountId });
    throw isThere ? problem('invalid_state', { detail: 'Nothing remains of it.' }) : problem('not_found');
  }
}

const remainingOf = ({ amount, expiresAt, withdrawnAt }: CreditDocument, now: Date): string =>
  withdrawnAt || (expiresAt && expiresAt <= now) ? '0' : amount;

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
