import { z } from 'zod';
import { Instant } from './fields.ts';
import { request } from './message.ts';
import { ServerStatus } from './server-status.ts';

const Count = z.number().int().nonnegative();

/** Servers that are in one state; there is at least one. */
export const StateCount = z.object({
  status: ServerStatus,
  servers: Count,
  /** Since when the one that has been in it longest is. */
  since: Instant,
});
export type StateCount = z.output<typeof StateCount>;

/** All servers of all accounts but the terminated ones, which stay in the database for good. Staff alone see it. */
export const Fleet = z.object({
  servers: Count,
  /** In the order of a server's life. */
  states: z.array(StateCount),
  /** By id. */
  regions: z.array(z.object({ region: z.string(), servers: Count, states: z.array(StateCount) })),
  /** All there are, whether they have servers or not; one may be missing in the moments after its sign-up. */
  accounts: Count,
  asOf: Instant,
});
export type Fleet = z.output<typeof Fleet>;

/** How many servers there are, by state and region. */
export const GetFleet = request(
  'provisioning',
  'berth.provisioning.get-fleet.v1',
  z.object({}),
  Fleet,
  'staff:read',
);
