import { z } from 'zod';
import { AccountId, Instant, ServerId } from './fields.ts';
import { request } from './message.ts';
import { Cause } from './server-events.ts';
import { ServerStatus } from './server-status.ts';

/** One row of a server's history: a transition and what caused it. */
export const TimelineEntry = z.object({
  sequence: z.number().int(),
  at: Instant,
  from: ServerStatus.nullable(),
  to: ServerStatus,
  reason: z.string().nullable(),
  cause: Cause,
});
export type TimelineEntry = z.output<typeof TimelineEntry>;

export const GetTimeline = request(
  'state-tracking',
  'berth.state-tracking.get-timeline.v1',
  z.object({
    accountId: AccountId,
    serverId: ServerId,
    cursor: z.string().max(500).optional(),
    limit: z.number().int().min(1).max(200),
  }),
  z.object({ items: z.array(TimelineEntry), nextCursor: z.string().nullable() }),
);
