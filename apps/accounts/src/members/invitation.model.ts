import type { ModelDefinition } from '@nestjs/mongoose';
import { Role } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';

/** That an address may join an account. Accepting or revoking removes it. */
export interface Invitation {
  /** `ivn_…` */
  _id: string;
  accountId: string;
  /** As the inviter wrote it. */
  email: string;
  /** In lower case: what addresses are compared by. */
  emailKey: string;
  role: Role;
  /** SHA-256 of the secret that the inviter was shown. */
  digest: string;
  /** Of the one that was sent by mail, if any: who has it reads what is sent to the address. */
  mailedDigest?: string;
  /** The user who invites. */
  invitedBy: string;
  createdAt: Date;
  expiresAt: Date;
}

const schema = documentSchema<Invitation>(
  {
    _id: idOf('ivn'),
    accountId: { type: String, required: true },
    email: { type: String, required: true },
    emailKey: { type: String, required: true },
    role: { type: String, required: true, enum: Role.options },
    digest: { type: String, required: true },
    mailedDigest: { type: String },
    invitedBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'invitations', tenantScoped: true },
)
  .index({ digest: 1 }, { unique: true })
  .index({ mailedDigest: 1 }, { unique: true, sparse: true })
  .index({ accountId: 1, emailKey: 1 }, { unique: true })
  .index({ accountId: 1, _id: -1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const InvitationModel = { name: 'Invitation', schema } satisfies ModelDefinition;
