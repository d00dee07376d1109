import type { ModelDefinition } from '@nestjs/mongoose';
import type { UsageReplay } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';

/** Records on their way to a queue once more; see `UsageReplay` in libs/contracts for what its fields mean. */
export interface ReplayDocument {
  _id: string;
  queue: string;
  from: Date;
  to: Date;
  state: UsageReplay['state'];
  published: number;
  /** The last record that the broker has confirmed; null before the first. */
  lastId: string | null;
  lastRecordedAt: Date | null;
  error: string | null;
  createdAt: Date;
  endedAt: Date | null;
  version: number;
}

const schema = documentSchema<ReplayDocument>(
  {
    _id: idOf('rpl'),
    queue: { type: String, required: true },
    from: { type: Date, required: true },
    to: { type: Date, required: true },
    state: { type: String, required: true },
    published: { type: Number, required: true },
    lastId: { type: String, default: null },
    lastRecordedAt: { type: Date, default: null },
    error: { type: String, default: null },
    createdAt: { type: Date, required: true },
    endedAt: { type: Date, default: null },
  },
  { collection: 'usage_replays' },
)
  // Those that go on, oldest first.
  .index({ state: 1, _id: 1 });

export const ReplayModel = { name: 'UsageReplay', schema } satisfies ModelDefinition;
