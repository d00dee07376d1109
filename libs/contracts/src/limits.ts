import { z } from 'zod';
import { Quota } from './accounts.ts';
import { AccountId } from './fields.ts';
import { request } from './message.ts';

/**
 * What an account may have at once, and what it has: a server counts from its order until nothing of it is left, paused or
 * not. `used` exceeds `limits` where these were lowered since.
 */
export const Limits = z.object({ limits: Quota, used: Quota });
export type Limits = z.output<typeof Limits>;

/** An account's limits, and how much of them is in use. */
export const GetLimits = request(
  'provisioning',
  'berth.provisioning.get-limits.v1',
  z.object({ accountId: AccountId }),
  Limits,
  ['servers:read', 'staff:read'],
);
