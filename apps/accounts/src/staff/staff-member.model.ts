import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema, idOf } from '@berth/mongo';

/** That a user is of the staff; such a user is no member of any account. */
export interface StaffMember {
  /** The user's, `usr_…`. */
  _id: string;
  createdAt: Date;
}

const schema = documentSchema<StaffMember>(
  { _id: idOf('usr'), createdAt: { type: Date, required: true } },
  { collection: 'staff' },
);

export const StaffMemberModel = { name: 'StaffMember', schema } satisfies ModelDefinition;
