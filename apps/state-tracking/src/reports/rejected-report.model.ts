import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** Why something was dropped. */
export type RejectionReason =
  | 'not_understood'
  | 'malformed'
  | 'unknown_server'
  | 'unknown_key'
  | 'bad_signature'
  | 'unknown_instance'
  | 'foreign_instance'
  | 'stale_counter';

const KEPT_SECONDS = 30 * 86_400;

/**
 * What was dropped from the topic: one document per hour, server and reason, so that a flood of forgeries costs an update
 * each and no space.
 */
export interface RejectedReports {
  /** `<hour>/<serverId or ->/<reason>` */
  _id: string;
  /** Null when the report does not name one that is known: anybody can make up an id. */
  serverId: string | null;
  reason: RejectionReason;
  count: number;
  firstAt: Date;
  lastAt: Date;
  /** The beginning of the last one. */
  sample: string;
}

const schema = documentSchema<RejectedReports>(
  {
    _id: String,
    serverId: { type: String, default: null },
    reason: { type: String, required: true },
    count: { type: Number, required: true },
    firstAt: { type: Date, required: true },
    lastAt: { type: Date, required: true },
    sample: { type: String, default: '' },
  },
  { collection: 'rejected_reports' },
).index({ lastAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export const RejectedReportsModel = { name: 'RejectedReports', schema } satisfies ModelDefinition;
