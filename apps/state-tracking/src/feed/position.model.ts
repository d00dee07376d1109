import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** How far a feed has come. */
export interface AccountPosition {
  /** The account's id. */
  _id: string;
  /** Of its last entry. */
  sequence: number;
  /** Grows whenever something is added. */
  version: number;
}

/** How much of a server its account's feed has told. */
export interface ServerPosition {
  /** The server's id. */
  _id: string;
  accountId: string;
  /** Of the last change that was taken up. */
  revision: number;
}

const accountSchema = documentSchema<AccountPosition>(
  { _id: String, sequence: { type: Number, required: true } },
  { collection: 'feed_accounts' },
);

const serverSchema = documentSchema<ServerPosition>(
  {
    _id: String,
    accountId: { type: String, required: true },
    revision: { type: Number, required: true },
  },
  { collection: 'feed_servers', tenantScoped: true },
)
  // Those of an account that is deleted.
  .index({ accountId: 1 });

export const AccountPositionModel = {
  name: 'FeedAccount',
  schema: accountSchema,
} satisfies ModelDefinition;
export const ServerPositionModel = { name: 'FeedServer', schema: serverSchema } satisfies ModelDefinition;
