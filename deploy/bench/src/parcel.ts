import { z } from 'zod';
import { event } from '@berth/contracts';

/** About 1 kB as JSON, like an event with a server in it. */
export const Parcel = event(
  'berth.bench.parcel.v1',
  z.object({
    number: z.number().int(),
    serverId: z.string(),
    status: z.enum(['running', 'paused']),
    tags: z.record(z.string(), z.string()),
    note: z.string().max(2_000),
  }),
);
export type Parcel = z.output<typeof Parcel.schema>;

export const parcel = (number: number): Parcel => ({
  number,
  serverId: 'srv_01jqzk4f6qe3v8w2m5n7r9t1xy',
  status: 'running',
  tags: { team: 'maps', stage: 'production' },
  note: 'x'.repeat(850),
});
