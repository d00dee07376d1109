import type { ModelDefinition } from '@nestjs/mongoose';
import type { TokenScope } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';

/** An API token. Revoking removes it; an expired one stays in the list until then, so that its owner sees why it fails. */
export interface Token {
  /** `tok_…` */
  _id: string;
  accountId: string;
  /** Whose role it has. */
  userId: string;
  name: string;
  /** SHA-256 of the credential. */
  digest: string;
  /** The first characters of the credential. */
  hint: string;
  createdAt: Date;
  /** To the minute. */
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  /** What it may do of what its maker's role may; absent: all of it. */
  scopes?: TokenScope[];
  /** Where it may be used from; absent: anywhere. */
  networks?: string[];
}

const schema = documentSchema<Token>(
  {
    _id: idOf('tok'),
    accountId: { type: String, required: true },
    userId: { type: String, required: true },
    name: { type: String, required: true },
    digest: { type: String, required: true },
    hint: { type: String, required: true },
    createdAt: { type: Date, required: true },
    lastUsedAt: { type: Date, default: null },
    expiresAt: { type: Date, default: null },
    // Mongoose would store an empty list, and with no scope a token may do nothing.
    scopes: { type: [String], default: undefined },
    networks: { type: [String], default: undefined },
  },
  { collection: 'tokens', tenantScoped: true },
)
  .index({ digest: 1 }, { unique: true })
  .index({ accountId: 1, _id: -1 });

export const TokenModel = { name: 'Token', schema } satisfies ModelDefinition;
