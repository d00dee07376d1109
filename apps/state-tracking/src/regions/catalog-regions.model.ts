import { documentSchema } from '@berth/mongo';
import type { ModelDefinition } from '@nestjs/mongoose';

/** The regions of the catalog that holds; one document. */
export interface CatalogRegions {
  _id: 'catalog';
  revision: number;
  regions: string[];
}

const schema = documentSchema<CatalogRegions>(
  { _id: String, revision: { type: Number, required: true }, regions: [String] },
  { collection: 'catalog_regions' },
);

export const CatalogRegionsModel = { name: 'CatalogRegions', schema } satisfies ModelDefinition;
