import { z } from 'zod';
import {
  AccountId,
  Actor,
  Currency,
  Decimal,
  HostLabel,
  Instant,
  OperationId,
  ServerId,
  Tags,
} from './fields.ts';
import { FAILURES } from './failures.ts';
import { request } from './message.ts';
import { page, pageRequest } from './page.ts';
import { OperationStatus, OperationType, ServerStatus } from './server-status.ts';

/** What a server costs as configured, in one currency. */
export const ServerPrice = z.object({
  currency: Currency,
  /** Compute and disk, while it runs. */
  perMinute: Decimal,
  perHour: Decimal,
  /** 730 hours. */
  perMonth: Decimal,
  /** The disk alone, while it is paused. */
  pausedPerMinute: Decimal,
});
export type ServerPrice = z.output<typeof ServerPrice>;

/** Text and not an enum: there may be more codes some day. */
const FailureCodeText = z.string().meta({
  description: `One of ${Object.keys(FAILURES)
    .map((code) => `\`${code}\``)
    .join(', ')}; there may be more some day.`,
});

/** Why a launch came to nothing. */
export const Failure = z.object({
  code: FailureCodeText,
  step: z.string(),
  /** Whether the `retry` action takes it. */
  retryable: z.boolean(),
});
export type Failure = z.output<typeof Failure>;

export const OperationSummary = z.object({ id: OperationId, type: OperationType, status: OperationStatus });

export const Server = z.object({
  id: ServerId,
  name: z.string(),
  status: ServerStatus,
  /** Why it is as it is: `app_silent` when unavailable, `budget` when the account's budget has paused it; null where the status says all. */
  reason: z.string().nullable(),
  /** What a waiting server waits for, in words: `m7i.large in eu-central-1a`. */
  waitingFor: z.string().nullable(),
  product: z.string(),
  version: z.string(),
  size: z.string(),
  region: z.string(),
  zone: z.string().nullable(),
  diskGib: z.number().int(),
  hostname: z.string(),
  /** Where to open the product. */
  url: z.string(),
  ip: z.string().nullable(),
  tags: Tags,
  /** Terminating it is refused until this is taken off. */
  protected: z.boolean(),
  /** The operation in progress. */
  operation: OperationSummary.nullable(),
  failure: Failure.nullable(),
  price: ServerPrice,
  createdAt: Instant,
  updatedAt: Instant,
});
export type Server = z.output<typeof Server>;

/** A server with the entity tag of what a customer can edit: name, tags, protection; empty from a 0.1.0 that has none. */
export const TaggedServer = Server.extend({ etag: z.string().default('') });
export type TaggedServer = z.output<typeof TaggedServer>;

export const OperationStep = z.object({
  name: z.string(),
  status: z.enum(['pending', 'running', 'done', 'failed', 'skipped']),
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});

export const Operation = z.object({
  id: OperationId,
  type: OperationType,
  status: OperationStatus,
  serverId: ServerId,
  steps: z.array(OperationStep),
  error: z.object({ code: FailureCodeText, detail: z.string() }).nullable(),
  requestedBy: Actor,
  createdAt: Instant,
  endedAt: Instant.nullable(),
});
export type Operation = z.output<typeof Operation>;

/** A server together with the operation just begun on it. */
export const Accepted = z.object({ server: Server, operation: Operation });
export type Accepted = z.output<typeof Accepted>;

const Name = z.string().trim().min(1).max(100);

export const LaunchServerBody = z.strictObject({
  name: Name,
  product: z.string().max(64),
  version: z.string().max(64),
  size: z.string().max(64),
  region: z.string().max(64),
  /** One of the region's zones; Berth chooses when absent. */
  zone: z.string().max(64).optional(),
  diskGib: z.number().int().positive().max(65_536),
  /** The label in front of the zone; made from the name when absent. */
  hostname: HostLabel.optional(),
  tags: Tags.optional(),
});
export type LaunchServerBody = z.output<typeof LaunchServerBody>;

/** Every order to a server says for whom and by whom. */
const Ordered = z.object({ accountId: AccountId, actor: Actor });

/**
 * Makes server, operation, host name and use of the quota: all or nothing. Idempotent. 409 `hostname_taken`, 422
 * `unknown_offer`, `hostname_reserved` or `quota_exceeded` (not stored under the key), 403 `account_suspended` or `email_unverified`.
 */
export const LaunchServer = request(
  'provisioning',
  'berth.provisioning.launch-server.v1',
  Ordered.extend(LaunchServerBody.shape),
  Accepted,
  'servers:write',
);

/** An order that begins an operation. Idempotent; 404 `not_found`, 409 `invalid_state` or `server_locked`. */
const orderOnServer = (name: string) =>
  request(
    'provisioning',
    `berth.provisioning.${name}-server.v1`,
    Ordered.extend({ serverId: ServerId }),
    Accepted,
    'servers:write',
  );
export const PauseServer = orderOnServer('pause');
/** Besides, 403 `account_suspended` or `email_unverified`. */
export const ResumeServer = orderOnServer('resume');
export const RestartServer = orderOnServer('restart');
/** Besides, 409 `server_protected`; never `server_locked`: it takes over from whatever runs. */
export const TerminateServer = orderOnServer('terminate');

export const RetryServerBody = z.strictObject({
  /** Another zone of the region, or the one to stay with; as ordered before when absent. */
  zone: z.string().max(64).optional(),
  /** Another size; as ordered before when absent. */
  size: z.string().max(64).optional(),
});
/**
 * Launches a failed server again, as the same server. Idempotent. 404 `not_found`, 409 `server_locked`, `invalid_state`
 * (not failed, or what the failed launch made is not removed yet) or `not_retryable`, and what a launch answers.
 */
export const RetryServer = request(
  'provisioning',
  'berth.provisioning.retry-server.v1',
  Ordered.extend({ serverId: ServerId, ...RetryServerBody.shape }),
  Accepted,
  'servers:write',
);

export const UpdateServerBody = z.strictObject({
  name: Name.optional(),
  tags: Tags.optional(),
  protected: z.boolean().optional(),
});
/** Changes what a customer may edit, and nothing at EC2. 404 `not_found`, 412 `precondition_failed`. */
export const UpdateServer = request(
  'provisioning',
  'berth.provisioning.update-server.v1',
  Ordered.extend({
    serverId: ServerId,
    /** Entity tags, one of which must be the server's, or `*`; absent: unconditional. */
    ifMatch: z.array(z.string()).optional(),
    ...UpdateServerBody.shape,
  }),
  TaggedServer,
  'servers:write',
);

/** One server of an account. 404 `not_found`. */
export const GetServer = request(
  'provisioning',
  'berth.provisioning.get-server.v1',
  z.object({ accountId: AccountId, serverId: ServerId }),
  TaggedServer,
  'servers:read',
);

export const ServerFilter = z.object({
  status: ServerStatus.optional(),
  /** `key` or `key:value`. */
  tag: z.string().max(320).optional(),
  /** Part of the name or host name, upper or lower case. */
  q: z.string().max(100).optional(),
  includeTerminated: z.boolean().optional(),
});
/**
 * An account's servers that fit every filter, newest first; terminated ones only when asked for, by flag or by status,
 * failed ones until they are terminated. 400 `invalid_cursor`.
 */
export const ListServers = request(
  'provisioning',
  'berth.provisioning.list-servers.v1',
  ServerFilter.extend({
    accountId: AccountId,
    ...pageRequest,
  }),
  page(Server),
  ['servers:read', 'staff:read'],
);

/**
 * One operation of an account. With `waitSeconds`, the answer is held until it has ended or the time is over.
 * 404 `not_found`.
 */
export const GetOperation = request(
  'provisioning',
  'berth.provisioning.get-operation.v1',
  z.object({
    accountId: AccountId,
    operationId: OperationId,
    waitSeconds: z.number().int().min(0).max(60).default(0),
  }),
  Operation,
  'servers:read',
);

/** An account's operations, newest first. 400 `invalid_cursor`. */
export const ListOperations = request(
  'provisioning',
  'berth.provisioning.list-operations.v1',
  z.object({
    accountId: AccountId,
    serverId: ServerId.optional(),
    status: OperationStatus.optional(),
    ...pageRequest,
  }),
  page(Operation),
  'servers:read',
);

/** Ends an operation early. Only what waits for capacity can be cancelled; 409 `not_cancelable` otherwise. */
export const CancelOperation = request(
  'provisioning',
  'berth.provisioning.cancel-operation.v1',
  Ordered.extend({ operationId: OperationId }),
  Operation,
  'servers:write',
);
