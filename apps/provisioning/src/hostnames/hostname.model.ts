import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

export interface HostnameDocument {
  /** The label in front of the zone. */
  _id: string;
  /** Null: nobody has it. */
  serverId: string | null;
  /** Until then only this account may take it again. */
  accountId: string | null;
  heldUntil: Date | null;
  /** Orders to dns for this name so far, whichever server gave them: they are numbered through. */
  recordSequence: number;
}

const schema = documentSchema<HostnameDocument>(
  {
    _id: String,
    serverId: { type: String, default: null },
    accountId: { type: String, default: null },
    heldUntil: { type: Date, default: null },
    recordSequence: { type: Number, default: 0 },
  },
  { collection: 'hostnames' },
);

export const HostnameModel = { name: 'Hostname', schema } satisfies ModelDefinition;
