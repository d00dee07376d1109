import type { ModelDefinition } from '@nestjs/mongoose';
import type { Quota } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';

export interface QuotaUseDocument extends Quota {
  /** The account. */
  _id: string;
  /** Grows when the account may run nothing any more, and with each resume: orders at that moment meet this write, and decide anew. */
  closings?: number;
}

const schema = documentSchema<QuotaUseDocument>(
  {
    _id: String,
    servers: { type: Number, default: 0 },
    vcpu: { type: Number, default: 0 },
    diskGib: { type: Number, default: 0 },
    closings: { type: Number },
  },
  { collection: 'quota_use' },
);

export const QuotaUseModel = { name: 'QuotaUse', schema } satisfies ModelDefinition;
