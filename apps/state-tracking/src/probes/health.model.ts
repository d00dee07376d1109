import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** What was last published of a server's health, and of which start of its instance. */
export interface Health {
  /** The server's id. */
  _id: string;
  instanceId: string;
  ip: string;
  launchedAt: Date | null;
  healthy: boolean;
  revision: number;
}

const schema = documentSchema<Health>(
  {
    _id: String,
    instanceId: { type: String, required: true },
    ip: { type: String, required: true },
    launchedAt: { type: Date, default: null },
    healthy: { type: Boolean, required: true },
    revision: { type: Number, required: true },
  },
  { collection: 'health' },
);

export const HealthModel = { name: 'Health', schema } satisfies ModelDefinition;
