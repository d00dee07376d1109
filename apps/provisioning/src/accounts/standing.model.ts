import type { ModelDefinition } from '@nestjs/mongoose';
import type { AccountStatus, Quota } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

export interface StandingDocument {
  /** The account. */
  _id: string;
  sequence: number;
  status: AccountStatus;
  quota: Quota;
  /** Whether an owner's address is verified; absent on what was heard before this was told: it counts as verified. */
  emailVerified?: boolean;
}

const schema = documentSchema<StandingDocument>(
  { _id: String, sequence: Number, status: String, quota: Schema.Types.Mixed, emailVerified: Boolean },
  { collection: 'standings' },
);

export const StandingModel = { name: 'Standing', schema } satisfies ModelDefinition;
