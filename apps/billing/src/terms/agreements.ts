import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import { TermsChanged, SendTerms, type DataOf, type DecideTerms, type ReplyOf } from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { insertOne, isDuplicateKey } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { BudgetHints } from '../budgets/hints.ts';
import { Intervals } from '../usage/interval-store.ts';
import { changedCurrencies, changedPrices } from './changes.ts';
import { TermsModel, type TermsDocument } from './terms.model.ts';
import { Terms } from './terms.ts';

/** So many are told of in one transaction. */
const AT_ONCE = 100;

/** What staff agree with accounts, and who is told of it. */
@Injectable()
export class Agreements {
  constructor(
    @InjectModel(TermsModel.name) private readonly stored: Model<TermsDocument>,
    private readonly terms: Terms,
    private readonly accounts: Accounts,
    private readonly intervals: Intervals,
    private readonly catalog: CatalogCopy,
    private readonly hints: BudgetHints,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Inside a transaction. Throws 404 `not_found`, 409 `invalid_state` and `changed_meanwhile`, 400 `invalid_request`, 503 `dependency_unavailable`. */
  async decide(order: DataOf<typeof DecideTerms>): Promise<ReplyOf<typeof DecideTerms>> {
    const { accountId, basedOnSequence } = order;
    await this.accounts.expectOpen(accountId);
    const known = await this.terms.of(accountId);
    if ((known?.sequence ?? 0) !== basedOnSequence) throw problem('changed_meanwhile');
    await this.keep({ ...(await this.changed(order, known)), sequence: basedOnSequence + 1 }, known);
    return this.terms.shown(accountId);
  }

  /** Tells of a page of terms and orders the next one from itself, so that no transaction grows with their number. */
  async sendAll({ requestedBy, after = '' }: DataOf<typeof SendTerms>): Promise<void> {
    const page = await this.stored
      .find({ _id: { $gt: after } })
      .setOptions({ crossTenant: true })
      .sort({ _id: 1 })
      .limit(AT_ONCE)
      .lean<TermsDocument[]>();
    for (const terms of page) await this.tell(terms);
    const last = page.at(AT_ONCE - 1);
    if (last) await this.outbox.send(SendTerms, { requestedBy, after: last._id });
  }

  private async changed(
    { accountId, currencies, prices }: DataOf<typeof DecideTerms>,
    known: TermsDocument | undefined,
  ): Promise<Omit<TermsDocument, 'sequence'>> {
    const circumstances = {
      catalog: await this.catalog.current(),
      now: this.clock.now(),
      hasUsage: await this.intervals.hasAny(accountId),
    };
    const before = { currencies: known?.currencies ?? [], prices: known?.prices ?? [] };
    const ofCurrencies = currencies && changedCurrencies(before.currencies, currencies, circumstances);
    const ofPrices = prices && changedPrices(before.prices, prices, circumstances);
    const errors = [...(ofCurrencies?.errors ?? []), ...(ofPrices?.errors ?? [])];
    if (errors.length > 0) throw problem('invalid_request', { errors });
    return {
      ...{ _id: accountId, accountId },
      currencies: ofCurrencies?.rows ?? before.currencies,
      prices: ofPrices?.rows ?? before.prices,
    };
  }

  private async keep(terms: TermsDocument, known: TermsDocument | undefined): Promise<void> {
    const { _id, accountId, sequence, currencies, prices } = terms;
    const update = { $set: { sequence, currencies, prices } };
    if (known) await this.stored.updateOne({ _id, accountId, sequence: known.sequence }, update);
    else await insertOne(this.stored, terms).catch(meansChanged);
    await this.hints.add([accountId]);
    await this.tell(terms);
  }

  private async tell({ accountId, sequence, currencies, prices }: TermsDocument): Promise<void> {
    await this.outbox.publish(TermsChanged, { accountId, sequence, currencies, prices });
  }
}

/** Somebody else has agreed on something first. */
function meansChanged(error: unknown): never {
  throw isDuplicateKey(error, '_id') ? problem('changed_meanwhile', { cause: error }) : error;
}
