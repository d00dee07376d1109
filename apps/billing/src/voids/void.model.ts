import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema, idOf } from '@berth/mongo';
import type { Voided } from '../usage/minutes.ts';

export interface VoidDocument extends Voided {
  _id: string;
  accountId: string;
  serverId: string;
  quantity: number;
  reason: string;
  declaredAt: Date;
  withdrawnAt: Date | null;
  /** Whether a settlement has seen it as it is. */
  settled: boolean;
}

const schema = documentSchema<VoidDocument>(
  {
    _id: idOf('vod'),
    accountId: { type: String, required: true },
    serverId: { type: String, required: true },
    meter: { type: String, required: true },
    from: { type: Date, required: true },
    to: { type: Date, required: true },
    quantity: { type: Number, required: true },
    reason: { type: String, required: true },
    declaredAt: { type: Date, required: true },
    withdrawnAt: { type: Date, default: null },
    settled: { type: Boolean, required: true },
  },
  { collection: 'voids', tenantScoped: true },
)
  // An account's, newest first.
  .index({ accountId: 1, _id: -1 })
  // A server's.
  .index({ serverId: 1 })
  // What is to be settled.
  .index({ settled: 1 });

export const VoidModel = { name: 'Void', schema } satisfies ModelDefinition;
