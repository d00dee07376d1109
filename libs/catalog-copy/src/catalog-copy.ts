import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { SendCatalog, type Catalog, type ServiceName } from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { Readiness } from '@berth/telemetry';
import type { Model } from 'mongoose';
import { KeptCatalogModel, type KeptCatalog } from './kept-catalog.model.ts';

/** Token of the name of the service that keeps the copy. */
export const KEEPER = Symbol('the service that keeps the copy');

/** A service's own copy of the catalog, so that it decides without asking anybody. */
@Injectable()
export class CatalogCopy implements OnApplicationBootstrap {
  private read?: Catalog;

  constructor(
    @InjectModel(KeptCatalogModel.name) private readonly catalogs: Model<KeptCatalog>,
    @Inject(KEEPER) private readonly requestedBy: ServiceName,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    readiness: Readiness,
  ) {
    readiness.add('has the catalog', async () => (await this.latest()) !== undefined);
  }

  /** Asks for the catalog while there is none; the command waits in the outbox until catalog can take it. */
  async onApplicationBootstrap(): Promise<void> {
    if (await this.latest()) return;
    await this.transactions.run(() => this.outbox.send(SendCatalog, { requestedBy: this.requestedBy }));
  }

  /** Keeps a catalog, unless one as new is known. Inside a transaction. */
  async keep(catalog: Catalog): Promise<void> {
    const { revision } = catalog;
    const known = await this.catalogs.findById('catalog', { revision: 1 }).lean();
    if (known && known.revision >= revision) return;
    await this.catalogs.updateOne({ _id: 'catalog' }, { $set: { revision, catalog } }, { upsert: true });
  }

  /** The newest catalog that any replica has heard of; undefined before the first. It is read again only when it is newer. */
  async latest(): Promise<Catalog | undefined> {
    const newer = await this.catalogs
      .findOne({ _id: 'catalog', revision: { $gt: this.read?.revision ?? 0 } })
      .lean();
    if (newer) this.read = newer.catalog;
    return this.read;
  }

  /** The newest catalog, for what cannot be answered without one: throws 503 `dependency_unavailable` before the first. */
  async current(): Promise<Catalog> {
    const catalog = await this.latest();
    if (!catalog) throw problem('dependency_unavailable', { detail: 'The catalog has not arrived yet.' });
    return catalog;
  }
}
