import type { ModelDefinition } from '@nestjs/mongoose';
import type { ReconciledServer } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** What an attempt at a comparison has found of a server; it counts once the comparison has succeeded with that attempt. */
export interface ReconciledServerDocument extends ReconciledServer {
  /** `<reconciliationId>/<attempt>/<place>` */
  _id: string;
  reconciliationId: string;
  attempt: number;
  /** `0/<serverId or resourceId>` of those with flags, `1/…` of the others: the order of the list. */
  place: string;
}

const schema = documentSchema<ReconciledServerDocument>(
  {
    _id: String,
    reconciliationId: { type: String, required: true },
    attempt: { type: Number, required: true },
    place: { type: String, required: true },
    serverId: { type: String, default: null },
    resourceId: { type: String, default: null },
    accountId: { type: String, default: null },
    awsCost: { type: Schema.Types.Mixed, required: true },
    billed: { type: String, required: true },
    billedCurrency: { type: String, default: null },
    margin: { type: String, default: null },
    flags: { type: [String], required: true },
    unbilledHours: { type: Number, required: true },
    uncostedHours: { type: Number, required: true },
  },
  { collection: 'reconciled_servers' },
)
  // Of a comparison, those with flags first.
  .index({ reconciliationId: 1, attempt: 1, place: 1 });

export const ReconciledServerModel = { name: 'ReconciledServer', schema } satisfies ModelDefinition;
