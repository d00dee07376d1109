import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { ServerMonth } from './server-month.ts';

/** What a server used in a month, under its id. */
export interface StoredServerMonth extends ServerMonth {
  /** `<serverId>/<month>` */
  _id: string;
  /** Whether there is any `rest`, which belongs to later months too. */
  goesOn: boolean;
}

const priced = {
  meter: { type: String, required: true },
  region: { type: String, required: true },
  size: { type: String, default: null },
};

const schema = documentSchema<StoredServerMonth>(
  {
    _id: String,
    accountId: { type: String, required: true },
    serverId: { type: String, required: true },
    month: { type: String, required: true },
    until: { type: Date, required: true },
    sums: { type: [{ _id: false, ...priced, days: { type: [Number], required: true } }], required: true },
    rest: {
      type: [
        {
          _id: false,
          ...priced,
          unitsPerMinute: { type: Number, required: true },
          from: { type: Date, required: true },
          to: { type: Date, default: null },
        },
      ],
      required: true,
    },
    goesOn: { type: Boolean, required: true },
  },
  { collection: 'server_months', tenantScoped: true },
)
  // An account's in a month.
  .index({ accountId: 1, month: 1, serverId: 1 })
  // What of an account's reaches past its month.
  .index({ accountId: 1, goesOn: 1, month: 1 });

export const ServerMonthModel = { name: 'ServerMonth', schema } satisfies ModelDefinition;
