import { z } from 'zod';
import { AccountId, AuditEventId, Instant, TokenId, UserId } from './fields.ts';
import { command, request } from './message.ts';
import { page, pageRequest } from './page.ts';

/**
 * What came of something. `done`. `refused`: it made no sense or was not possible. `denied`: it was not allowed, or was about what is
 * not there or another's, which are the same. `failed`: it was our fault. `unknown`: it is under way, or nobody knows.
 */
export const AuditOutcome = z.enum(['done', 'refused', 'denied', 'failed', 'unknown']);
export type AuditOutcome = z.output<typeof AuditOutcome>;

/** `staff`: somebody of the vendor's. `server`: who speaks in the name of a server. `system`: Berth itself, or who runs it. */
const AuditActorKind = z.enum(['user', 'token', 'staff', 'server', 'system']);

const facts = {
  /** Sorts by the time at which it began. */
  id: AuditEventId,
  at: Instant,
  /** The `operationId` of the request, `launchServer`; or `agentReport`, `setAccountStanding`. */
  action: z.string(),
  /** What it was done to, or what it has made. */
  target: z.object({ type: z.string(), id: z.string() }).nullable(),
  outcome: AuditOutcome,
  /** The HTTP status of the answer; null without one. */
  status: z.number().int().nullable(),
  /** Why it was not done: the code of the problem, or of an agent's report the reason. */
  code: z.string().nullable(),
  requestId: z.string().nullable(),
  /** Where it came from, as the gateway saw it; null where that was not seen. */
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** What was asked for: the fields of the body but for secrets; long texts are cut. Null when there was nothing, or it was not valid. */
  changes: z.record(z.string(), z.unknown()).nullable(),
};

/** An entry of the audit trail: who did what, or was not let, from where. */
export const AuditEvent = z.object({
  ...facts,
  /** `id` is a person's, an API token's or a server's; `name` is what it was called then. */
  actor: z.object({ kind: AuditActorKind, id: z.string(), name: z.string().nullable() }),
});
export type AuditEvent = z.output<typeof AuditEvent>;

/** The same with the account in whose trail it stands; staff alone see that. */
export const AccountAuditEvent = AuditEvent.extend({ accountId: AccountId });
export type AccountAuditEvent = z.output<typeof AccountAuditEvent>;

/**
 * Something was asked for, and is in the account's trail from now on. Sent before it is done, with the outcome `unknown`, and again
 * under the same id with what came of it; in either order, and as often as it may be.
 */
export const RecordAuditEvent = command(
  'accounts',
  'berth.accounts.record-audit-event.v1',
  z.object({
    ...facts,
    accountId: AccountId,
    actor: z.object({
      kind: AuditActorKind,
      id: z.string(),
      /** The person, also behind a token. */
      userId: UserId.nullable(),
    }),
  }),
);

/** Which entries; `to` is not part of it. */
export const AuditFilter = z.object({
  from: Instant.optional(),
  to: Instant.optional(),
  /** What a person did, by whatever token, or what one token did. */
  actor: z.union([UserId, TokenId]).optional(),
  action: z.string().max(64).optional(),
  outcome: AuditOutcome.optional(),
});
export type AuditFilter = z.output<typeof AuditFilter>;

/** An account's trail, newest first. 400 `invalid_cursor`. */
export const ListAuditEvents = request(
  'accounts',
  'berth.accounts.list-audit-events.v1',
  AuditFilter.extend({ accountId: AccountId, ...pageRequest }),
  page(AccountAuditEvent),
  ['audit:read', 'staff:read'],
  // Whose deeds are wanted.
  ['actor'],
);

/** What somebody of the staff has done, in all accounts, newest first. 400 `invalid_cursor`. */
export const ListStaffDeeds = request(
  'accounts',
  'berth.accounts.list-staff-deeds.v1',
  AuditFilter.omit({ actor: true }).extend({ userId: UserId, ...pageRequest }),
  page(AccountAuditEvent),
  'staff:read',
);
