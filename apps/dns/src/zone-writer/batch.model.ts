import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** What was sent to the zone and isn't known to be in sync. There is at most one, but for a moment between two writers. */
export interface Batch {
  _id: string;
  /** Route 53's id of the change; null while it is being sent. */
  changeId: string | null;
  /** What the hosts have once it is in sync. */
  hosts: { host: string; ip: string | null }[];
}

const schema = documentSchema<Batch>(
  {
    _id: String,
    changeId: { type: String, default: null },
    hosts: [new Schema({ host: String, ip: { type: String, default: null } }, { _id: false })],
  },
  { collection: 'batches' },
);

export const BatchModel = { name: 'Batch', schema } satisfies ModelDefinition;
