import { z } from 'zod';
import { event } from './message.ts';

/** What a gateway counts requests by; its README says what is allowed of each. */
export const RateLimitPolicy = z.enum(['account', 'token', 'removals', 'address']);
export type RateLimitPolicy = z.output<typeof RateLimitPolicy>;

/**
 * Requests that one gateway has counted since it last said so, for the others to count as well. Neither stored nor repeated, and
 * gone when nobody listens: a lost one makes a limit less exact for some seconds.
 */
export const RequestsCounted = event(
  'berth.gateway.requests-counted.v1',
  z.object({
    /** Which process says so; it hears itself too. */
    replica: z.uuid(),
    counts: z.array(
      z.object({
        policy: RateLimitPolicy,
        /** The account `acc_…`, the token `tok_…`, or the address. */
        key: z.string(),
        requests: z.number().int().positive(),
      }),
    ),
  }),
);
export type RequestCount = z.output<typeof RequestsCounted.schema>['counts'][number];
