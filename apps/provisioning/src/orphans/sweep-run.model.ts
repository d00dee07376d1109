import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** The last sweep for orphans, whichever replica made it. */
export interface SweepRun {
  _id: 'orphans';
  startedAt: Date;
  /** Null while it is under way, or was cut off. */
  endedAt: Date | null;
  /** Where there are or were servers: a region that the catalog drops is still swept. */
  regions: string[];
}

const schema = documentSchema<SweepRun>(
  {
    _id: String,
    startedAt: { type: Date, required: true },
    endedAt: { type: Date, default: null },
    regions: [String],
  },
  { collection: 'orphan_sweeps' },
);

export const SweepRunModel = { name: 'SweepRun', schema } satisfies ModelDefinition;
