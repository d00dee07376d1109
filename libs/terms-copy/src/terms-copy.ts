import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { SendTerms, type AccountTerms, type ServiceName } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { KeptTermsModel, type KeptTerms } from './kept-terms.model.ts';

/** Token of the name of the service that keeps the copy. */
export const KEEPER = Symbol('the service that keeps the copy of terms');

/** A service's own copy of the terms of accounts, so that it shows their prices without asking anybody. */
@Injectable()
export class TermsCopy implements OnApplicationBootstrap {
  constructor(
    @InjectModel(KeptTermsModel.name) private readonly terms: Model<KeptTerms>,
    @Inject(KEEPER) private readonly requestedBy: ServiceName,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  /** Asks for all terms while none are known; the command waits in the outbox until billing can take it. */
  async onApplicationBootstrap(): Promise<void> {
    if (await this.terms.exists({})) return;
    await this.transactions.run(() => this.outbox.send(SendTerms, { requestedBy: this.requestedBy }));
  }

  /** Keeps the terms of an account, unless some as new are known. Inside a transaction. */
  async keep({ accountId: _id, sequence, currencies, prices }: AccountTerms): Promise<void> {
    const known = await this.terms.findById(_id, { sequence: 1 }).lean();
    if (known && known.sequence >= sequence) return;
    await this.terms.updateOne({ _id }, { $set: { sequence, currencies, prices } }, { upsert: true });
  }

  /** The newest terms heard of; undefined for an account that has none. */
  async of(accountId: string): Promise<Omit<AccountTerms, 'accountId'> | undefined> {
    return (await this.terms.findById(accountId).lean<KeptTerms | null>()) ?? undefined;
  }
}
