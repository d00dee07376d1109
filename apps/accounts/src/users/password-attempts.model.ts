import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** Tries at one password in a quarter of an hour. */
export interface PasswordAttemptsCount {
  /** SHA-256 of the e-mail address, be it anybody's or not: none is kept for having been tried. */
  _id: string;
  /** From all addresses together. */
  all: number;
  /** By a digest of user and IP address; only of those with tries that were wrong, or are not decided yet. */
  from: Readonly<Record<string, number>>;
  expiresAt: Date;
}

const schema = documentSchema<PasswordAttemptsCount>(
  {
    _id: { type: String, required: true },
    all: { type: Number, required: true },
    from: { type: Schema.Types.Mixed, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'password_attempts' },
).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const PasswordAttemptsModel = { name: 'PasswordAttempts', schema } satisfies ModelDefinition;
