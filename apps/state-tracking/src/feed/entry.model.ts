import type { ModelDefinition } from '@nestjs/mongoose';
import type { FeedEntry } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';

/** An entry of an account's feed. */
export interface StoredEntry {
  /** `<accountId>/<sequence>` */
  _id: string;
  accountId: string;
  sequence: number;
  type: FeedEntry['type'];
  /** As JSON: tags have dots in their names. */
  data: string;
  keptUntil: Date;
}

const schema = documentSchema<StoredEntry>(
  {
    _id: String,
    accountId: { type: String, required: true },
    sequence: { type: Number, required: true },
    type: { type: String, required: true },
    data: { type: String, required: true },
    keptUntil: { type: Date, required: true },
  },
  { collection: 'feed_entries', tenantScoped: true },
)
  // What came after a sequence.
  .index({ accountId: 1, sequence: 1 }, { unique: true })
  .index({ keptUntil: 1 }, { expireAfterSeconds: 0 });

export const EntryModel = { name: 'FeedEntry', schema } satisfies ModelDefinition;

/** The entry as it was stored by this version, or by one of the last 24 hours. */
export const entryOf = ({
  sequence,
  type,
  data,
}: Pick<StoredEntry, 'sequence' | 'type' | 'data'>): FeedEntry => ({
  sequence,
  type,
  data: JSON.parse(data),
});
