import { z } from 'zod';
import { Account } from '../accounts.ts';
import { AccountAuditEvent, AuditFilter } from '../audit.ts';
import { DeadLetter, DeadLetterDetails } from '../dead-letters.ts';
import { AccountId } from '../fields.ts';
import { Fleet } from '../fleet.ts';
import { Limits } from '../limits.ts';
import { Member } from '../members.ts';
import { SERVICE_NAMES } from '../message.ts';
import { Orphan } from '../orphans.ts';
import { page } from '../page.ts';
import { Server } from '../servers.ts';
import { AccountFilter, CustomerAccount, FoundAccount, NewQuota } from '../staff.ts';
import { StuckThing } from '../stuck.ts';
import { Flag, PageQuery, wholeNumber } from './query.ts';
import { route } from './route.ts';

const Empty = z.strictObject({});
const AccountParams = z.strictObject({ id: AccountId });
/** The gateway keeps nothing that could be put aside. */
const Service = z.enum(SERVICE_NAMES).exclude(['gateway']);
const LetterParams = z.strictObject({ service: Service, id: z.string().min(1).max(200) });
const Replayed = z.object({ replayed: z.number().int() });
/** Services that did not answer in time: what they know is missing here. */
const Unanswered = { unanswered: z.array(z.string()) };

/** The routes of staff, the vendor's own people: closed to every customer, whatever their role. */
export const adminRoutes = {
  fleet: route({
    method: 'GET',
    path: '/v1/admin/fleet',
    summary: 'Count all servers by state and region, and accounts',
    tag: 'Staff',
    permission: 'staff:read',
    success: { status: 200, body: Fleet },
    problems: [],
  }),
  listStuck: route({
    method: 'GET',
    path: '/v1/admin/stuck',
    summary: 'List what does not get on by itself, longest first',
    tag: 'Staff',
    permission: 'staff:read',
    query: PageQuery,
    success: { status: 200, body: page(StuckThing).extend(Unanswered) },
    problems: ['invalid_cursor'],
  }),
  nudge: route({
    method: 'POST',
    path: '/v1/admin/stuck/{id}/nudge',
    summary: 'Have something that is stuck taken up at once instead of at its next attempt',
    tag: 'Staff',
    permission: 'staff:write',
    params: z.strictObject({ id: z.string().min(1).max(200) }),
    body: Empty,
    success: { status: 200, body: StuckThing },
    problems: ['not_found'],
  }),
  listOrphans: route({
    method: 'GET',
    path: '/v1/admin/orphans',
    summary: 'List what is at EC2 without an owner',
    tag: 'Staff',
    permission: 'staff:read',
    query: PageQuery,
    success: { status: 200, body: page(Orphan) },
    problems: ['invalid_cursor'],
  }),
  releaseOrphan: route({
    method: 'POST',
    path: '/v1/admin/orphans/{id}/release',
    summary: 'Let something be removed that may have an owner this database does not know',
    tag: 'Staff',
    permission: 'staff:write',
    params: z.strictObject({ id: z.string().min(1).max(200) }),
    body: Empty,
    success: { status: 200, body: Orphan },
    problems: ['not_found', 'invalid_state'],
  }),
  listDeadLetters: route({
    method: 'GET',
    path: '/v1/admin/dead-letters',
    summary: 'List the oldest messages that could not be handled, of one service or of all',
    tag: 'Staff',
    permission: 'staff:read',
    query: z.strictObject({ service: Service.optional(), limit: wholeNumber(1, 200, 50) }),
    success: {
      status: 200,
      body: z.object({
        items: z.array(DeadLetter),
        /** How many there are; those beyond `limit` come when the first have been replayed. */
        total: z.number().int(),
        ...Unanswered,
      }),
    },
    problems: [],
  }),
  getDeadLetter: route({
    method: 'GET',
    path: '/v1/admin/dead-letters/{service}/{id}',
    summary: 'Read a message that could not be handled, with its stack and its body',
    tag: 'Staff',
    permission: 'staff:read',
    params: LetterParams,
    success: { status: 200, body: DeadLetterDetails },
    problems: ['not_found'],
  }),
  replayDeadLetter: route({
    method: 'POST',
    path: '/v1/admin/dead-letters/{service}/{id}/replay',
    summary: 'Put a message that could not be handled back into its queue',
    tag: 'Staff',
    permission: 'staff:write',
    params: LetterParams,
    body: Empty,
    success: { status: 200, body: Replayed },
    problems: ['not_found'],
  }),
  replayDeadLetters: route({
    method: 'POST',
    path: '/v1/admin/dead-letters/{service}/replay',
    summary: 'Put all messages that a service could not handle back into their queues',
    tag: 'Staff',
    permission: 'staff:write',
    params: z.strictObject({ service: Service }),
    body: Empty,
    success: { status: 200, body: Replayed },
    problems: ['not_found'],
  }),
  findAccounts: route({
    method: 'GET',
    path: '/v1/admin/accounts',
    summary:
      'Find accounts by id, a part of their name, or the beginning of a member’s address, newest first',
    tag: 'Staff',
    permission: 'staff:read',
    query: PageQuery.extend(AccountFilter.shape),
    success: { status: 200, body: page(FoundAccount) },
    problems: ['invalid_cursor'],
  }),
  getAccount: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}',
    summary: 'Read an account',
    tag: 'Staff',
    permission: 'staff:read',
    params: AccountParams,
    success: { status: 200, body: CustomerAccount },
    problems: ['not_found'],
  }),
  updateAccount: route({
    method: 'PATCH',
    path: '/v1/admin/accounts/{id}',
    summary: 'Change what an account may have at once; what it has beyond that stays',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams,
    body: z.strictObject({ quota: NewQuota }),
    success: { status: 200, body: CustomerAccount },
    problems: ['not_found', 'invalid_state'],
  }),
  listAccountMembers: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/members',
    summary: 'List the members of an account, oldest first',
    tag: 'Staff',
    permission: 'staff:read',
    params: AccountParams,
    query: PageQuery,
    success: { status: 200, body: page(Member) },
    problems: ['not_found', 'invalid_cursor'],
  }),
  listAccountServers: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/servers',
    summary: 'List the servers of an account, newest first; terminated ones only when asked for',
    tag: 'Staff',
    permission: 'staff:read',
    params: AccountParams,
    query: PageQuery.extend({ includeTerminated: Flag.optional() }),
    success: { status: 200, body: page(Server) },
    problems: ['not_found', 'invalid_cursor'],
  }),
  getAccountLimits: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/limits',
    summary: 'Read what an account may have at once, and what it has',
    tag: 'Staff',
    permission: 'staff:read',
    params: AccountParams,
    success: { status: 200, body: Limits },
    problems: ['not_found'],
  }),
  suspendAccount: route({
    method: 'POST',
    path: '/v1/admin/accounts/{id}/suspend',
    summary: 'Suspend an account: its servers are paused, it may still read, pay and terminate',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams,
    body: Empty,
    success: { status: 200, body: Account },
    problems: ['not_found', 'invalid_state'],
  }),
  reinstateAccount: route({
    method: 'POST',
    path: '/v1/admin/accounts/{id}/reinstate',
    summary: 'Reinstate a suspended account; what was paused stays so until it is resumed',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams,
    body: Empty,
    success: { status: 200, body: Account },
    problems: ['not_found', 'invalid_state'],
  }),
  listAccountAuditEvents: route({
    method: 'GET',
    path: '/v1/admin/audit-events',
    summary: 'List who did what in an account; without one, what you did in all of them',
    tag: 'Staff',
    permission: 'staff:read',
    query: PageQuery.extend(AuditFilter.shape).extend({ account: AccountId.optional() }),
    success: { status: 200, body: page(AccountAuditEvent) },
    problems: ['invalid_cursor'],
  }),
};
