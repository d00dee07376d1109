import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** That an account is deleted. It stays, so that what is heard late brings nothing back. */
export interface DeletedAccount {
  /** The account. */
  _id: string;
  deletedAt: Date;
  /** What it had here is being deleted. */
  isErasing?: boolean;
}

const schema = documentSchema<DeletedAccount>(
  { _id: String, deletedAt: { type: Date, required: true }, isErasing: Boolean },
  { collection: 'deleted_accounts' },
).index({ isErasing: 1 }, { sparse: true });

export const DeletedAccountModel = { name: 'DeletedAccount', schema } satisfies ModelDefinition;
