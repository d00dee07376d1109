import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { LedgerRecord } from './revisions.ts';

const schema = documentSchema<LedgerRecord>(
  {
    _id: String,
    accountId: { type: String, required: true },
    serverId: { type: String, required: true },
    meter: { type: String, required: true },
    product: { type: String, required: true },
    region: { type: String, required: true },
    size: { type: String, default: null },
    from: { type: Date, required: true },
    to: { type: Date, required: true },
    quantity: { type: Number, required: true },
    unit: { type: String, required: true },
    revision: { type: Number, required: true },
    reverses: { type: String, default: null },
    openedBy: { type: Number, required: true },
    closedBy: { type: Number, default: null },
    recordedAt: { type: Date, required: true },
  },
  { collection: 'usage_records', tenantScoped: true },
)
  // An account's usage, oldest first.
  .index({ accountId: 1, from: 1, _id: 1 })
  // A server's.
  .index({ serverId: 1, from: 1, _id: 1 })
  // Of all accounts, in the order in which they were written.
  .index({ recordedAt: 1, _id: 1 });

export const RecordModel = { name: 'UsageRecord', schema } satisfies ModelDefinition;
