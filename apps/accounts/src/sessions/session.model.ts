import type { ModelDefinition } from '@nestjs/mongoose';
import type { LogInOrigin } from '@berth/contracts';
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
  /** To the minute; absent on sessions of before it was noted, as is the origin. */
  lastUsedAt?: Date | null;
  origin?: LogInOrigin | null;
}

const schema = documentSchema<Session>(
  {
    _id: idOf('ses'),
    accountId: { type: String, required: true },
    userId: { type: String, required: true },
    digest: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    lastUsedAt: { type: Date, default: null },
    origin: { type: { address: String, userAgent: String }, _id: false, default: null },
  },
  { collection: 'sessions', tenantScoped: true },
)
  .index({ digest: 1 }, { unique: true })
  .index({ userId: 1, _id: -1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const SessionModel = { name: 'Session', schema } satisfies ModelDefinition;
