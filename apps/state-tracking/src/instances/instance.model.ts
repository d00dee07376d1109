import type { ModelDefinition } from '@nestjs/mongoose';
import type { InstanceState } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import type { z } from 'zod';

/** EC2 itself forgets a terminated instance after about an hour. */
const ABSENT_KEPT_SECONDS = 86_400;

/** An instance as it was last observed. */
export interface Instance {
  /** `i-…` */
  _id: string;
  serverId: string;
  region: string;
  zone: string | null;
  /** Null: provisioning speaks of it, EC2 has not shown it yet. */
  state: z.output<typeof InstanceState> | null;
  ip: string | null;
  launchedAt: Date | null;
  reasonCode: string | null;
  /** Raised with every published observation. */
  revision: number;
  firstSeenAt: Date;
  absentAt: Date | null;
}

const schema = documentSchema<Instance>(
  {
    _id: String,
    serverId: { type: String, required: true },
    region: { type: String, required: true },
    zone: { type: String, default: null },
    state: { type: String, default: null },
    ip: { type: String, default: null },
    launchedAt: { type: Date, default: null },
    reasonCode: { type: String, default: null },
    revision: { type: Number, default: 0 },
    firstSeenAt: { type: Date, required: true },
    absentAt: { type: Date, default: null },
  },
  { collection: 'instances' },
)
  // All of a region, for its sweep.
  .index({ region: 1 })
  // Those of a server, for its probes.
  .index({ serverId: 1 })
  .index({ absentAt: 1 }, { expireAfterSeconds: ABSENT_KEPT_SECONDS });

export const InstanceModel = { name: 'Instance', schema } satisfies ModelDefinition;
