import type { ModelDefinition } from '@nestjs/mongoose';
import type { ServerTransition } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** A transition of a server, as it was told. */
export interface StoredTransition extends Pick<
  ServerTransition,
  'serverId' | 'accountId' | 'sequence' | 'from' | 'to' | 'reason' | 'cause'
> {
  /** `<serverId>/<sequence>` */
  _id: string;
  at: Date;
}

const cause = new Schema<ServerTransition['cause']>(
  {
    kind: { type: String, required: true },
    id: { type: String, default: null },
    text: { type: String, required: true },
  },
  { _id: false },
);

const schema = documentSchema<StoredTransition>(
  {
    _id: String,
    serverId: { type: String, required: true },
    accountId: { type: String, required: true },
    sequence: { type: Number, required: true },
    at: { type: Date, required: true },
    from: { type: String, default: null },
    to: { type: String, required: true },
    reason: { type: String, default: null },
    cause: { type: cause, required: true },
  },
  { collection: 'transitions', tenantScoped: true },
)
  // A page of a server's timeline.
  .index({ serverId: 1, sequence: 1 });

export const TransitionModel = { name: 'Transition', schema } satisfies ModelDefinition;
