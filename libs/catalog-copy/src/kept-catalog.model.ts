import type { ModelDefinition } from '@nestjs/mongoose';
import type { Catalog } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** The newest catalog heard of; there is one such document. */
export interface KeptCatalog {
  _id: 'catalog';
  revision: number;
  catalog: Catalog;
}

const schema = documentSchema<KeptCatalog>(
  {
    _id: { type: String, enum: ['catalog'], required: true },
    revision: { type: Number, required: true },
    catalog: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'catalog' },
);

export const KeptCatalogModel = { name: 'KeptCatalog', schema } satisfies ModelDefinition;
