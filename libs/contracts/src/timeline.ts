import { z } from 'zod';
import { AccountId, Instant, ServerId } from './fields.ts';
import { request } from './message.ts';
import { page, pageRequest } from './page.ts';
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

/** A server's transitions, oldest first. 404 `not_found`, 400 `invalid_cursor`. */
export const GetTimeline = request(
  'state-tracking',
  'berth.state-tracking.get-timeline.v1',
  z.object({
    accountId: AccountId,
    serverId: ServerId,
    ...pageRequest,
  }),
  page(TimelineEntry),
  'servers:read',
);
