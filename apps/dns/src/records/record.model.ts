import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { Origin } from '@berth/telemetry';
import { Schema } from 'mongoose';

/**
 * `pending`: the zone is not known to be as wished. `in_sync`: Route 53 serves the wish everywhere. `refused`: Route 53
 * will not have it; only another wish changes that.
 */
type RecordStatus = 'pending' | 'in_sync' | 'refused';

/** The A record of a host: the wish that holds, and what is known of the zone. */
export interface HostRecord {
  /** The host name. */
  _id: string;
  /** Whose wish it is; a name may pass to another server. */
  serverId: string;
  /** The wished address; null: no record. */
  ip: string | null;
  /** The highest that a wish for this host has had. */
  sequence: number;
  status: RecordStatus;
  /** Why it is refused. */
  refusal: string | null;
  /** Removals that Route 53 refused since the wish; another look usually helps. */
  refusedRemovals: number;
  /**
   * The last address sent to the zone, stored before it is sent; null once the name is known to have no record. Without
   * it a removal whose answer was lost could not be told from one that was never needed.
   */
  written: string | null;
  wantedAt: Date;
  /** What the wish came with: its fulfilment belongs to it. Absent in old documents. */
  origin?: Origin | null;
}

const schema = documentSchema<HostRecord>(
  {
    _id: String,
    serverId: { type: String, required: true },
    ip: { type: String, default: null },
    sequence: { type: Number, required: true },
    status: { type: String, required: true },
    refusal: { type: String, default: null },
    refusedRemovals: { type: Number, default: 0 },
    written: { type: String, default: null },
    wantedAt: { type: Date, required: true },
    origin: { type: Schema.Types.Mixed, default: null },
  },
  { collection: 'records' },
)
  // Pending wishes, oldest first.
  .index({ status: 1, wantedAt: 1 });

export const HostRecordModel = { name: 'HostRecord', schema } satisfies ModelDefinition;
