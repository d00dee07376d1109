import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { SendCatalog, type Catalog } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Servers } from '../servers/servers.ts';
import { CatalogRegionsModel, type CatalogRegions } from './catalog-regions.model.ts';

/** The regions in which there may be servers. */
@Injectable()
export class Regions implements OnApplicationBootstrap {
  constructor(
    @InjectModel(CatalogRegionsModel.name) private readonly catalog: Model<CatalogRegions>,
    private readonly servers: Servers,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  /** Without a catalog, as after a restored database, asks for it. */
  async onApplicationBootstrap(): Promise<void> {
    if (await this.catalog.exists({ _id: 'catalog' })) return;
    await this.transactions.run(() => this.outbox.send(SendCatalog, { requestedBy: 'state-tracking' }));
  }

  async learn({ revision, regions }: Catalog): Promise<void> {
    const known = await this.catalog.findById('catalog').lean();
    if (known && known.revision >= revision) return;
    const change = { $set: { revision, regions: regions.map(({ id }) => id) } };
    await this.catalog.updateOne({ _id: 'catalog' }, change, { upsert: true });
  }

  /** Those of the catalog, and those where servers are though the catalog has dropped them or is not known yet. */
  async all(): Promise<string[]> {
    const [known, used] = await Promise.all([
      this.catalog.findById('catalog').lean(),
      this.servers.regions(),
    ]);
    return [...new Set([...(known?.regions ?? []), ...used])];
  }
}
