import { z } from 'zod';
import { OfferedCatalog } from '../catalog.ts';
import { CostGrouping, Costs, Month } from '../costs.ts';
import { STREAM_EVENTS } from '../feed.ts';
import { Instant, OperationId, ServerId } from '../fields.ts';
import { HostnameCheck } from '../hostnames.ts';
import { page } from '../page.ts';
import { Quote, QuoteBody } from '../quotes.ts';
import { OperationStatus, ServerStatus } from '../server-status.ts';
import {
  Accepted,
  LaunchServerBody,
  Operation,
  RetryServerBody,
  Server,
  UpdateServerBody,
} from '../servers.ts';
import { TimelineEntry } from '../timeline.ts';
import { UsageRecord } from '../usage.ts';
import { accountRoutes } from './account-routes.ts';
import { adminRoutes } from './admin-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { budgetRoutes } from './budget-routes.ts';
import { closingRoutes } from './closing-routes.ts';
import { creditRoutes } from './credit-routes.ts';
import { voidRoutes } from './void-routes.ts';
import { invoiceRoutes } from './invoice-routes.ts';
import { mailRoutes } from './mail-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { priceRoutes } from './price-routes.ts';
import type { ProblemCode } from './problems.ts';
import { Flag, PageQuery, wholeNumber } from './query.ts';
import { reconciliationRoutes } from './reconciliation-routes.ts';
import { route } from './route.ts';
import { secondFactorRoutes } from './second-factor-routes.ts';
import { usageFeedRoutes } from './usage-feed-routes.ts';
import { termsRoutes } from './terms-routes.ts';

const Empty = z.strictObject({});
const ServerParams = z.strictObject({ id: ServerId });
const OperationParams = z.strictObject({ id: OperationId });

/** An order to a server, answered with the operation it has begun. */
const action = (name: string, summary: string, furtherProblems: readonly ProblemCode[] = []) =>
  route({
    method: 'POST',
    path: `/v1/servers/{id}/actions/${name}`,
    summary,
    tag: 'Servers',
    permission: 'servers:write',
    params: ServerParams,
    body: Empty,
    idempotency: 'required',
    success: { status: 202, body: Accepted },
    problems: ['not_found', 'server_locked', 'invalid_state', ...furtherProblems],
  });

/** Every route of the REST API. The gateway's controllers name them; the OpenAPI document lists them. */
export const routes = {
  ...accountRoutes,
  ...secondFactorRoutes,
  ...mailRoutes,
  ...memberRoutes,
  ...auditRoutes,
  ...closingRoutes,
  catalog: route({
    method: 'GET',
    path: '/v1/catalog',
    summary: 'Read what can be launched: products, versions, sizes, regions, zones, disk limits, prices',
    tag: 'Catalog',
    permission: 'catalog:read',
    success: { status: 200, body: OfferedCatalog },
    problems: [],
  }),
  quote: route({
    method: 'POST',
    path: '/v1/quotes',
    summary: 'Price a server before it is launched; nothing is made',
    tag: 'Catalog',
    permission: 'catalog:read',
    body: QuoteBody,
    reads: true,
    success: { status: 200, body: Quote },
    problems: ['unknown_offer'],
  }),
  checkHostname: route({
    method: 'GET',
    path: '/v1/hostnames/{name}',
    summary: 'Ask whether a host name is free for you, and for one that is',
    tag: 'Servers',
    permission: 'servers:read',
    params: z.strictObject({ name: z.string() }),
    success: { status: 200, body: HostnameCheck },
    problems: [],
  }),
  launchServer: route({
    method: 'POST',
    path: '/v1/servers',
    summary: 'Launch a server',
    tag: 'Servers',
    permission: 'servers:write',
    body: LaunchServerBody,
    idempotency: 'required',
    success: { status: 202, body: Accepted },
    problems: [
      'hostname_taken',
      'hostname_reserved',
      'unknown_offer',
      'quota_exceeded',
      'account_suspended',
      'account_closing',
      'email_unverified',
      'budget_exceeded',
    ],
  }),
  listServers: route({
    method: 'GET',
    path: '/v1/servers',
    summary: 'List servers, newest first; terminated ones only when asked for',
    tag: 'Servers',
    permission: 'servers:read',
    query: PageQuery.extend({
      status: ServerStatus.optional(),
      tag: z.string().min(1).max(320).optional(),
      q: z.string().min(1).max(100).optional(),
      includeTerminated: Flag.optional(),
    }),
    success: { status: 200, body: page(Server) },
    problems: ['invalid_cursor'],
  }),
  getServer: route({
    method: 'GET',
    path: '/v1/servers/{id}',
    summary: 'Read a server',
    tag: 'Servers',
    permission: 'servers:read',
    params: ServerParams,
    etag: true,
    success: { status: 200, body: Server },
    problems: ['not_found'],
  }),
  updateServer: route({
    method: 'PATCH',
    path: '/v1/servers/{id}',
    summary: "Change a server's name, tags or protection",
    tag: 'Servers',
    permission: 'servers:write',
    params: ServerParams,
    body: UpdateServerBody,
    etag: true,
    success: { status: 200, body: Server },
    problems: ['not_found', 'precondition_failed'],
  }),
  terminateServer: route({
    method: 'DELETE',
    path: '/v1/servers/{id}',
    summary: 'Terminate a server and delete its disk; always possible, whatever it is doing',
    tag: 'Servers',
    permission: 'servers:write',
    params: ServerParams,
    idempotency: 'optional',
    success: { status: 202, body: Accepted },
    problems: ['not_found', 'server_protected', 'invalid_state'],
  }),
  pauseServer: action('pause', 'Pause a server: its disk is kept, compute is no longer billed'),
  resumeServer: action('resume', 'Resume a paused server', [
    'account_suspended',
    'account_closing',
    'email_unverified',
    'budget_exceeded',
  ]),
  restartServer: action('restart', 'Restart a server that is running or unavailable'),
  retryServer: route({
    ...action(
      'retry',
      'Launch a failed server again, as the same server; in another zone or size if you say so',
      [
        'not_retryable',
        'hostname_taken',
        'hostname_reserved',
        'unknown_offer',
        'quota_exceeded',
        'account_suspended',
        'account_closing',
        'email_unverified',
        'budget_exceeded',
      ],
    ),
    body: RetryServerBody,
  }),
  timeline: route({
    method: 'GET',
    path: '/v1/servers/{id}/timeline',
    summary: 'Read every transition of a server with its cause, oldest first',
    tag: 'Servers',
    permission: 'servers:read',
    params: ServerParams,
    query: PageQuery,
    success: { status: 200, body: page(TimelineEntry) },
    problems: ['not_found', 'invalid_cursor'],
  }),
  listOperations: route({
    method: 'GET',
    path: '/v1/operations',
    summary: 'List operations, newest first',
    tag: 'Operations',
    permission: 'servers:read',
    query: PageQuery.extend({ server: ServerId.optional(), status: OperationStatus.optional() }),
    success: { status: 200, body: page(Operation) },
    problems: ['invalid_cursor'],
  }),
  getOperation: route({
    method: 'GET',
    path: '/v1/operations/{id}',
    summary: 'Read an operation; `wait` holds the answer until it has ended, at most so many seconds',
    tag: 'Operations',
    permission: 'servers:read',
    params: OperationParams,
    query: z.strictObject({ wait: wholeNumber(0, 60, 0) }),
    held: true,
    success: { status: 200, body: Operation },
    problems: ['not_found'],
  }),
  cancelOperation: route({
    method: 'POST',
    path: '/v1/operations/{id}/cancel',
    summary: 'Cancel an operation that waits for capacity',
    tag: 'Operations',
    permission: 'servers:write',
    params: OperationParams,
    body: Empty,
    idempotency: 'optional',
    success: { status: 200, body: Operation },
    problems: ['not_found', 'not_cancelable'],
  }),
  events: route({
    method: 'GET',
    path: '/v1/events',
    summary: 'Follow every change of your servers and their operations as it happens',
    tag: 'Events',
    permission: 'servers:read',
    query: z.strictObject({
      server: ServerId.optional(),
      /** For the first connection of a browser's EventSource; the header `Last-Event-ID` wins. */
      lastEventId: z.string().max(100).optional(),
    }),
    success: { status: 200, body: null, events: STREAM_EVENTS },
    problems: ['too_many_streams'],
  }),
  usage: route({
    method: 'GET',
    path: '/v1/usage',
    summary: 'List usage records that overlap [from, to), oldest first',
    tag: 'Usage',
    permission: 'usage:read',
    query: PageQuery.extend({ from: Instant, to: Instant, server: ServerId.optional() }),
    success: { status: 200, body: page(UsageRecord) },
    problems: ['invalid_cursor'],
  }),
  costs: route({
    method: 'GET',
    path: '/v1/costs',
    summary:
      'Read what a month costs so far and is going to cost, by server, day or meter; of one server if you name it',
    tag: 'Usage',
    permission: 'usage:read',
    query: PageQuery.extend({
      month: Month.optional(),
      groupBy: CostGrouping.default('server'),
      server: ServerId.optional(),
    }),
    success: { status: 200, body: Costs },
    problems: ['invalid_cursor'],
  }),
  ...creditRoutes,
  ...voidRoutes,
  ...usageFeedRoutes,
  ...termsRoutes,
  ...priceRoutes,
  ...budgetRoutes,
  ...invoiceRoutes,
  ...reconciliationRoutes,
  ...adminRoutes,
};
