import type { ModelDefinition } from '@nestjs/mongoose';
import type { Catalog } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** A catalog as it was published. Never changed and never removed: what was sold when can always be told. */
export interface Revision {
  /** Its number: 1, 2, 3 … */
  _id: number;
  catalog: Catalog;
  publishedAt: Date;
}

const schema = documentSchema<Revision>(
  {
    _id: { type: Number, required: true },
    catalog: { type: Schema.Types.Mixed, required: true },
    publishedAt: { type: Date, required: true },
  },
  { collection: 'revisions' },
);

export const RevisionModel = { name: 'Revision', schema } satisfies ModelDefinition;
