import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { Interval } from './intervals.ts';

/** An interval under its id. */
export interface StoredInterval extends Interval {
  /** `<serverId>/<meter>/<openedBy>` */
  _id: string;
}

const schema = documentSchema<StoredInterval>(
  {
    _id: String,
    serverId: { type: String, required: true },
    accountId: { type: String, required: true },
    meter: { type: String, required: true },
    product: { type: String, required: true },
    region: { type: String, required: true },
    size: { type: String, default: null },
    unitsPerMinute: { type: Number, required: true },
    openedBy: { type: Number, required: true },
    openedAt: { type: Date, required: true },
    closedBy: { type: Number, default: null },
    closedAt: { type: Date, default: null },
  },
  { collection: 'intervals', tenantScoped: true },
)
  // The open ones of a server, and those closed after a time.
  .index({ serverId: 1, closedAt: 1 })
  // Those of an account that have any part in a month.
  .index({ accountId: 1, closedAt: 1, openedAt: 1 });

export const IntervalModel = { name: 'Interval', schema } satisfies ModelDefinition;
