import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema, idOf } from '@berth/mongo';

/** A log-in. */
export interface Session {
  /** `ses_…` */
  _id: string;
  accountId: string;
  userId: string;
  /** SHA-256 of the credential. */
  digest: string;
  createdAt: Date;
  expiresAt: Date;
}

const schema = documentSchema<Session>(
  {
    _id: idOf('ses'),
    accountId: { type: String, required: true },
    userId: { type: String, required: true },
    digest: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'sessions', tenantScoped: true },
)
  .index({ digest: 1 }, { unique: true })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const SessionModel = { name: 'Session', schema } satisfies ModelDefinition;
