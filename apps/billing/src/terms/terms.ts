import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import type { Terms as ShownTerms } from '@berth/contracts';
import { AccountPrices, type PriceBook } from '@berth/pricing';
import type { Model } from 'mongoose';
import { TermsModel, type TermsDocument } from './terms.model.ts';

/** On what terms an account buys: in which currency, and at which prices. */
@Injectable()
export class Terms {
  constructor(
    @InjectModel(TermsModel.name) private readonly terms: Model<TermsDocument>,
    private readonly catalog: CatalogCopy,
    private readonly clock: Clock,
  ) {}

  /**
   * The prices that hold for an account, its own before those of the catalog, in the currency it is billed in in the month that `at` lies
   * in. Throws 503 `dependency_unavailable` before the first catalog has arrived.
   */
  async bookOf(accountId: string, at: Date): Promise<PriceBook> {
    return new AccountPrices((await this.catalog.current()).prices, await this.of(accountId)).bookAt(at);
  }

  /** The same for every month, of nobody's account without terms; without any price before the first catalog has arrived. */
  async pricesOf(accountId: string | undefined): Promise<AccountPrices> {
    const terms = accountId === undefined ? undefined : await this.of(accountId);
    return new AccountPrices((await this.catalog.latest())?.prices ?? [], terms);
  }

  /** Throws 503 `dependency_unavailable` before the first catalog has arrived. */
  async shown(accountId: string): Promise<ShownTerms> {
    const { currency } = await this.bookOf(accountId, this.clock.now());
    const { sequence = 0, currencies = [], prices = [] } = (await this.of(accountId)) ?? {};
    return { sequence, currency, currencies, prices };
  }

  /** What was agreed with an account, if anything was. */
  async of(accountId: string): Promise<TermsDocument | undefined> {
    const found = await this.terms.findOne({ _id: accountId, accountId }).lean<TermsDocument | null>();
    return found ?? undefined;
  }
}
