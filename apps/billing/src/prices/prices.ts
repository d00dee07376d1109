import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { SendCatalog, type Catalog, type Price } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { Readiness } from '@berth/telemetry';
import type { Model } from 'mongoose';
import { PriceListModel, type PriceList } from './prices.model.ts';

/** Billing's own copy of the catalog's prices. */
@Injectable()
export class Prices implements OnApplicationBootstrap {
  constructor(
    @InjectModel(PriceListModel.name) private readonly lists: Model<PriceList>,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    readiness: Readiness,
  ) {
    readiness.add('has the catalog', () => this.known());
  }

  /** Asks for the catalog while there is none; the command waits in the outbox until catalog can take it. */
  async onApplicationBootstrap(): Promise<void> {
    if (await this.known()) return;
    await this.transactions.run(() => this.outbox.send(SendCatalog, { requestedBy: 'billing' }));
  }

  /** Keeps the prices of a catalog, unless a newer one is known. */
  async keep({ revision, prices }: Pick<Catalog, 'revision' | 'prices'>): Promise<void> {
    const known = await this.lists.findById('prices').lean();
    if (known && known.revision >= revision) return;
    await this.lists.updateOne({ _id: 'prices' }, { $set: { revision, prices } }, { upsert: true });
  }

  /** Every row, past, in force and announced; none before the first catalog has arrived. */
  async rows(): Promise<Price[]> {
    return (await this.lists.findById('prices').lean())?.prices ?? [];
  }

  private async known(): Promise<boolean> {
    return (await this.lists.exists({ _id: 'prices' })) !== null;
  }
}
