import { z } from 'zod';
import { Account, ApiToken, Closing, Me } from '../accounts.ts';
import { AuditEvent } from '../audit.ts';
import { CloseAccountBody } from '../closing.ts';
import { Credit } from '../credits.ts';
import { Instant, ServerId } from '../fields.ts';
import { Invitation, Member } from '../members.ts';
import { Operation, Server } from '../servers.ts';
import { Terms } from '../terms.ts';
import { TimelineEntry } from '../timeline.ts';
import { Invoice } from '../invoices.ts';
import { UsageRecord } from '../usage.ts';
import { route } from './route.ts';

/** Everything an account has, in lists; of tokens and invitations no secret. */
export const AccountExport = z.object({
  exportedAt: Instant,
  account: Account,
  limits: Me.shape.limits,
  members: z.array(Member),
  invitations: z.array(Invitation),
  tokens: z.array(ApiToken),
  /** Terminated ones too. */
  servers: z.array(Server),
  timelines: z.array(TimelineEntry.extend({ serverId: ServerId })),
  operations: z.array(Operation),
  usageRecords: z.array(UsageRecord),
  credits: z.array(Credit),
  /** One: in which currency it is billed, and its own prices. */
  terms: z.array(Terms),
  invoices: z.array(Invoice),
  auditEvents: z.array(AuditEvent),
});
export type AccountExport = z.output<typeof AccountExport>;

/** The end of an account, and what one takes along. */
export const closingRoutes = {
  closeAccount: route({
    method: 'POST',
    path: '/v1/account/close',
    summary:
      'Close your account: its servers are terminated now, and what it has is deleted after a grace period',
    tag: 'Accounts',
    permission: 'account:close',
    body: CloseAccountBody,
    success: { status: 202, body: Closing },
    problems: ['wrong_password', 'server_protected', 'too_many_attempts', 'not_a_session'],
  }),
  reopenAccount: route({
    method: 'POST',
    path: '/v1/account/reopen',
    summary: 'Open your account again while it is closing: its servers are gone, its data is there',
    tag: 'Accounts',
    permission: 'account:close',
    body: z.strictObject({}),
    success: { status: 200, body: Account },
    problems: ['not_found', 'not_a_session'],
  }),
  exportAccount: route({
    method: 'GET',
    path: '/v1/account/export',
    summary: 'Download everything your account has, as a file',
    tag: 'Accounts',
    permission: 'account:close',
    success: { status: 200, body: null, files: { 'application/json': AccountExport } },
    problems: ['not_found'],
  }),
};
