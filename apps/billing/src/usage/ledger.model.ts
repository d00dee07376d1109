import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { Progress } from './settlement.ts';

/** How far the usage of one server has been worked out. */
export interface Ledger extends Omit<Progress, 'summed'> {
  /** The server's id. */
  _id: string;
  /** Whether any interval is open, so that hours have to be cut. */
  open: boolean;
  /** The transition that later ones wait for. */
  missing: number | null;
  /** Grows with every settlement. */
  version: number;
  /** The settlement that has summed up its months last; it is not the last one when a replica of 0.1.0, which sums nothing, has settled since. */
  summedIn?: number;
  /** What the next settlement can change, as open-pages.ts packs it; without it, that is read. */
  openPages?: string | undefined;
}

const schema = documentSchema<Ledger>(
  {
    _id: String,
    sequence: { type: Number, required: true },
    at: { type: Date, required: true },
    cutUntil: { type: Date, required: true },
    open: { type: Boolean, required: true },
    missing: { type: Number, default: null },
    summedIn: { type: Number },
    openPages: { type: String },
  },
  { collection: 'ledgers' },
)
  // What is due for a cut.
  .index({ open: 1, missing: 1, cutUntil: 1 })
  // What waits for a transition.
  .index({ missing: 1 }, { partialFilterExpression: { missing: { $gt: 0 } } });

export const LedgerModel = { name: 'Ledger', schema } satisfies ModelDefinition;
