import { z } from 'zod';
import { Instant, UsageReplayId } from '../fields.ts';
import { page } from '../page.ts';
import { NewUsageReplay, UsageFeed, UsageReplay } from '../usage-feed.ts';
import { PageQuery } from './query.ts';
import { route } from './route.ts';

const ReplayParams = z.strictObject({ id: UsageReplayId });

/** For billing systems outside Berth: docs/usage-events.md. */
export const usageFeedRoutes = {
  usageFeed: route({
    method: 'GET',
    path: '/v1/admin/usage',
    summary:
      'Read the usage records of all accounts in the order in which they were written; `nextCursor` is where to go on later, too',
    tag: 'Staff',
    permission: 'staff:read',
    query: PageQuery.extend({
      /** Where to begin without a cursor: with what was written then. */
      from: Instant.optional(),
    }),
    success: { status: 200, body: UsageFeed },
    problems: ['invalid_cursor'],
  }),
  listUsageReplays: route({
    method: 'GET',
    path: '/v1/admin/usage/replays',
    summary: 'List replays of usage records onto queues, newest first',
    tag: 'Staff',
    permission: 'staff:read',
    query: PageQuery,
    success: { status: 200, body: page(UsageReplay) },
    problems: ['invalid_cursor'],
  }),
  startUsageReplay: route({
    method: 'POST',
    path: '/v1/admin/usage/replays',
    summary: 'Publish usage records again, for one queue of an outside system',
    tag: 'Staff',
    permission: 'staff:write',
    body: NewUsageReplay,
    idempotency: 'optional',
    success: { status: 202, body: UsageReplay },
    problems: [],
  }),
  getUsageReplay: route({
    method: 'GET',
    path: '/v1/admin/usage/replays/{id}',
    summary: 'Read how far a replay of usage records has come',
    tag: 'Staff',
    permission: 'staff:read',
    params: ReplayParams,
    success: { status: 200, body: UsageReplay },
    problems: ['not_found'],
  }),
  cancelUsageReplay: route({
    method: 'DELETE',
    path: '/v1/admin/usage/replays/{id}',
    summary: 'End a replay of usage records where it is; what is in the queue stays there',
    tag: 'Staff',
    permission: 'staff:write',
    params: ReplayParams,
    success: { status: 200, body: UsageReplay },
    problems: ['not_found', 'invalid_state'],
  }),
};
