import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { Fact } from './intervals.ts';

/** A fact, and whether it has had its effect. */
export interface StoredFact extends Fact {
  _id: string;
  /** Whether a settlement has seen it, be it behind a gap; not yet when a replica of 0.1.0 has just stored it. */
  considered: boolean;
}

const schema = documentSchema<StoredFact>(
  {
    _id: String,
    serverId: { type: String, required: true },
    accountId: { type: String, required: true },
    sequence: { type: Number, required: true },
    at: { type: Date, required: true },
    product: { type: String, required: true },
    region: { type: String, required: true },
    size: { type: String, required: true },
    diskGib: { type: Number, required: true },
    computeBilled: { type: Boolean, required: true },
    diskBilled: { type: Boolean, required: true },
    backupGib: { type: Number },
    considered: { type: Boolean, required: true },
  },
  { collection: 'facts' },
)
  // One fact per transition, and those after a sequence.
  .index({ serverId: 1, sequence: 1 }, { unique: true })
  // Those that no settlement has seen.
  .index({ considered: 1, serverId: 1 });

export const FactModel = { name: 'Fact', schema } satisfies ModelDefinition;
