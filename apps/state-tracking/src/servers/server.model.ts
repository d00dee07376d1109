import type { ModelDefinition } from '@nestjs/mongoose';
import type { HealthCheck, ServerStatus } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import type { Origin } from '@berth/telemetry';
import { Schema } from 'mongoose';

/** A server as provisioning tells of it. Either of the two messages may be the first to arrive. */
export interface TrackedServer {
  _id: string;
  accountId: string;
  region: string;
  /** From WatchServer; null until then. */
  watch: { keyId: string; sealedSecret: string; health: HealthCheck } | null;
  /** Of the last report that was accepted. */
  counter: number;
  /** Of the last transition that was heard of; 0: none yet. */
  sequence: number;
  status: ServerStatus | null;
  /** The request behind the operation in progress, or else behind the last one; absent in old documents. */
  origin?: Origin | null;
  inOperation?: boolean;
}

const schema = documentSchema<TrackedServer>(
  {
    _id: String,
    accountId: { type: String, required: true },
    region: { type: String, required: true },
    watch: { type: Schema.Types.Mixed, default: null },
    counter: { type: Number, default: 0 },
    sequence: { type: Number, default: 0 },
    status: { type: String, default: null },
    origin: { type: Schema.Types.Mixed, default: null },
    inOperation: { type: Boolean, default: false },
  },
  { collection: 'servers' },
)
  // Those to be probed.
  .index({ status: 1 })
  // Those of an account that is deleted.
  .index({ accountId: 1 });

export const ServerModel = { name: 'TrackedServer', schema } satisfies ModelDefinition;
