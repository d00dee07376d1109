import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { OrphanFinding } from './judge.ts';

/** What was seen without an owner, in how many sweeps, and what became of it. Gone with the resource, or when it has an owner. */
export interface Orphan extends OrphanFinding {
  /** `i-…`, `vol-…` */
  _id: string;
  kind: 'instance' | 'volume';
  region: string;
  serverId: string | null;
  accountId: string | null;
  /** The earliest that EC2 ever told. */
  madeAt: Date;
  firstSeenAt: Date;
  lastSeenAt: Date;
  sightings: number;
  /** A volume's: when we tagged it. */
  quarantinedAt: Date | null;
  /** When EC2 was last asked to remove it, or to tag it. */
  askedAt: Date | null;
  /** What EC2 said to that, unless it did it. */
  error: string | null;
  /** A person has said that it may go though nobody can tell whether it has an owner. */
  releasedAt: Date | null;
}

const schema = documentSchema<Orphan>(
  {
    _id: String,
    kind: { type: String, required: true },
    region: { type: String, required: true },
    serverId: { type: String, default: null },
    accountId: { type: String, default: null },
    why: { type: String, required: true },
    held: { type: String, default: null },
    madeAt: { type: Date, required: true },
    firstSeenAt: { type: Date, required: true },
    lastSeenAt: { type: Date, required: true },
    sightings: { type: Number, default: 0 },
    quarantinedAt: { type: Date, default: null },
    askedAt: { type: Date, default: null },
    error: { type: String, default: null },
    releasedAt: { type: Date, default: null },
  },
  { collection: 'orphans' },
)
  // All of a region, for its sweep.
  .index({ region: 1 });

export const OrphanModel = { name: 'Orphan', schema } satisfies ModelDefinition;
