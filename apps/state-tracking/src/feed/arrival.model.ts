import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** A change of a server that was told and is not in its account's feed yet. */
export interface Arrival {
  /** `<serverId>/<revision>` */
  _id: string;
  accountId: string;
  serverId: string;
  revision: number;
  /** The `ServerChange` as JSON: tags have dots in their names. */
  change: string;
  /** By the machine's time: how long it waits is a matter of the bus, not of the servers' time. */
  arrivedAt: Date;
}

const schema = documentSchema<Arrival>(
  {
    _id: String,
    accountId: { type: String, required: true },
    serverId: { type: String, required: true },
    revision: { type: Number, required: true },
    change: { type: String, required: true },
    arrivedAt: { type: Date, required: true },
  },
  { collection: 'feed_arrivals', tenantScoped: true },
)
  // What an account's feed takes up next.
  .index({ accountId: 1, serverId: 1, revision: 1 })
  // What is left for the sweep.
  .index({ arrivedAt: 1 });

export const ArrivalModel = { name: 'FeedArrival', schema } satisfies ModelDefinition;
