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
  /** Since when it is closing: it is to have no servers. */
  closingSince?: Date;
  /** When it had none left; told since. */
  serversGoneAt?: Date;
  /** Its grace period is over. The document stays, so that what is heard late brings nothing back. */
  deletedAt?: Date;
  /** What it had here is being deleted. */
  isErasing?: boolean;
}

const schema = documentSchema<StandingDocument>(
  {
    ...{ _id: String, sequence: Number, status: String, quota: Schema.Types.Mixed, emailVerified: Boolean },
    ...{ closingSince: Date, serversGoneAt: Date, deletedAt: Date, isErasing: Boolean },
  },
  { collection: 'standings' },
)
  // Those that are closing, and those of which something may be left.
  .index({ closingSince: 1 }, { sparse: true })
  .index({ isErasing: 1 }, { sparse: true });

export const StandingModel = { name: 'Standing', schema } satisfies ModelDefinition;
