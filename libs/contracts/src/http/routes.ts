import { z } from 'zod';
import { ApiToken, CreatedToken, CreateTokenBody, LogInBody, Me, Session, SignUpBody } from '../accounts.ts';
import { OfferedCatalog } from '../catalog.ts';
import { Instant, OperationId, ServerId, TokenId } from '../fields.ts';
import { page } from '../page.ts';
import { OperationStatus, ServerStatus } from '../server-status.ts';
import { Accepted, LaunchServerBody, Operation, Server, UpdateServerBody } from '../servers.ts';
import { TimelineEntry } from '../timeline.ts';
import { UsageRecord } from '../usage.ts';
import type { ProblemCode } from './problems.ts';
import { route } from './route.ts';

const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(500).optional(),
});
const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');
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
  signUp: route({
    method: 'POST',
    path: '/v1/signup',
    summary: 'Create an account and its owner',
    tag: 'Accounts',
    permission: 'public',
    body: SignUpBody,
    idempotency: 'optional',
    success: { status: 201, body: Me },
    problems: ['email_taken'],
  }),
  logIn: route({
    method: 'POST',
    path: '/v1/sessions',
    summary: 'Log in: sets the session cookie and returns the same credential as a bearer token',
    tag: 'Accounts',
    permission: 'public',
    body: LogInBody,
    success: { status: 201, body: Session },
    problems: ['wrong_credentials'],
  }),
  logOut: route({
    method: 'DELETE',
    path: '/v1/sessions/current',
    summary: 'Log out',
    tag: 'Accounts',
    permission: 'account:read',
    success: { status: 204, body: null },
    problems: ['not_a_session'],
  }),
  me: route({
    method: 'GET',
    path: '/v1/me',
    summary: 'Read who you are, your account, role and limits',
    tag: 'Accounts',
    permission: 'account:read',
    success: { status: 200, body: Me },
    problems: [],
  }),
  listTokens: route({
    method: 'GET',
    path: '/v1/tokens',
    summary: 'List API tokens',
    tag: 'Accounts',
    permission: 'account:read',
    query: PageQuery,
    success: { status: 200, body: page(ApiToken) },
    problems: ['invalid_cursor'],
  }),
  createToken: route({
    method: 'POST',
    path: '/v1/tokens',
    summary: 'Make an API token; its secret is in this answer and nowhere else',
    tag: 'Accounts',
    permission: 'tokens:write',
    body: CreateTokenBody,
    idempotency: 'optional',
    success: { status: 201, body: CreatedToken },
    problems: ['already_created'],
  }),
  revokeToken: route({
    method: 'DELETE',
    path: '/v1/tokens/{id}',
    summary: 'Revoke an API token',
    tag: 'Accounts',
    permission: 'tokens:write',
    params: z.strictObject({ id: TokenId }),
    success: { status: 204, body: null },
    problems: ['not_found'],
  }),
  catalog: route({
    method: 'GET',
    path: '/v1/catalog',
    summary: 'Read what can be launched: products, versions, sizes, regions, zones, disk limits, prices',
    tag: 'Catalog',
    permission: 'catalog:read',
    success: { status: 200, body: OfferedCatalog },
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
    problems: ['hostname_taken', 'hostname_reserved', 'unknown_offer', 'quota_exceeded', 'account_suspended'],
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
    success: { status: 200, body: Server },
    problems: ['not_found'],
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
  resumeServer: action('resume', 'Resume a paused server', ['account_suspended']),
  restartServer: action('restart', 'Restart a server that is running or unavailable'),
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
    query: z.strictObject({ wait: z.coerce.number().int().min(0).max(60).default(0) }),
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
};
