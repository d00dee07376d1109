import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Catalog } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema, type Model } from 'mongoose';
import { insertOrDecideAnew } from '../database/decide-anew.ts';
import { problem } from '../errors.ts';

export interface CatalogDocument {
  _id: 'catalog';
  revision: number;
  catalog: Catalog;
}

export const catalogSchema = documentSchema<CatalogDocument>(
  { _id: String, revision: Number, catalog: Schema.Types.Mixed } as never,
  { collection: 'catalog' },
);

/** Our copy of what can be bought, as last published. */
@Injectable()
export class CatalogCopy {
  private kept?: Catalog;

  constructor(@InjectModel('Catalog') private readonly catalogs: Model<CatalogDocument>) {}

  /** Takes over a published catalog, unless ours is as new. */
  async accept(catalog: Catalog): Promise<void> {
    const { revision } = catalog;
    const { matchedCount } = await this.catalogs.updateOne(
      { _id: 'catalog', revision: { $lt: revision } },
      { $set: { revision, catalog } },
    );
    if (matchedCount === 1 || (await this.catalogs.exists({ _id: 'catalog' }))) return;
    await insertOrDecideAnew(this.catalogs.insertMany([{ _id: 'catalog', revision, catalog }]));
  }

  async isThere(): Promise<boolean> {
    return this.kept !== undefined || (await this.catalogs.exists({ _id: 'catalog' })) !== null;
  }

  /** The catalog as it is now; another replica may have received it. Throws 503 `catalog_missing` before the first. */
  async current(): Promise<Catalog> {
    const kept = this.kept;
    const newer = await this.catalogs
      .findOne({ _id: 'catalog', ...(kept && { revision: { $gt: kept.revision } }) })
      .lean();
    if (newer) this.kept = newer.catalog;
    if (!this.kept) throw problem('catalog_missing');
    return this.kept;
  }
}
