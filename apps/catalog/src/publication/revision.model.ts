import type { ModelDefinition } from '@nestjs/mongoose';
import type { Catalog, Price } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** A catalog as it was published. Never changed and never removed: what was sold when can always be told. */
export interface Revision {
  /** Its number: 1, 2, 3 … */
  _id: number;
  catalog: Catalog;
  publishedAt: Date;
  /** The prices that the file has; absent: all there are. */
  filed?: Price[];
  /** Those that staff have applied besides, by this revision or an earlier one. Absent: none were, or 0.1.0 published it, which knows of none. */
  applied?: Price[];
}

const schema = documentSchema<Revision>(
  {
    _id: { type: Number, required: true },
    catalog: { type: Schema.Types.Mixed, required: true },
    publishedAt: { type: Date, required: true },
    filed: { type: Schema.Types.Mixed },
    applied: { type: Schema.Types.Mixed },
  },
  { collection: 'revisions' },
);

export const RevisionModel = { name: 'Revision', schema } satisfies ModelDefinition;
