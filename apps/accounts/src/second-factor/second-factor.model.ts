import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema, idOf } from '@berth/mongo';

/** What a user, of staff or not, logs in by besides their password; without a document there is nothing. */
export interface SecondFactor {
  /** The user's, `usr_…`. */
  _id: string;
  /** The authenticator app, once it is confirmed. */
  totp?: {
    sealedSecret: string;
    confirmedAt: Date;
    /** Of the newest code that was taken: it and those before are used up. */
    lastStep: number;
  };
  /** One that is being set up. */
  setup?: { sealedSecret: string; sessionId: string; expiresAt: Date };
  /** Digests of the recovery codes that are not used. */
  recoveryCodes?: string[];
}

const text = { type: String, required: true };
const date = { type: Date, required: true };

const schema = documentSchema<SecondFactor>(
  {
    _id: idOf('usr'),
    totp: {
      type: { sealedSecret: text, confirmedAt: date, lastStep: { type: Number, required: true } },
      _id: false,
    },
    setup: { type: { sealedSecret: text, sessionId: text, expiresAt: date }, _id: false },
    recoveryCodes: { type: [String], default: undefined },
  },
  { collection: 'second_factors' },
);

export const SecondFactorModel = { name: 'SecondFactor', schema } satisfies ModelDefinition;
