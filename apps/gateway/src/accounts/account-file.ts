import {
  AuditEvent,
  GetTerms,
  GetInvoice,
  GetTimeline,
  ListAuditEvents,
  ListCredits,
  ListInvitations,
  ListInvoices,
  ListMembers,
  ListOperations,
  ListServers,
  ListTokens,
  ListUsage,
  type AccountExport,
  type Invoice,
  type Me,
} from '@berth/contracts';
import { ProblemError } from '@berth/messaging';
import type { Bus } from '../bus/bus.ts';
import { jsonArray } from '../http/json-array.ts';
import { pagesOf } from '../http/pages.ts';

type Lists = Exclude<keyof AccountExport, 'exportedAt' | 'account' | 'limits'>;

/** The longest pages that there are: a page of a list is all that is held at a time. */
const limit = 200;
const EVER = { from: '1970-01-01T00:00:00.000Z', to: '9999-12-31T23:59:59.999Z' };

/**
 * Everything an account has as one JSON document, read page by page as fast as it is taken. A page that cannot be read breaks it off,
 * which its reader notices: the document is not closed.
 */
export async function* accountFile(bus: Bus, { account, limits }: Me, now: Date): AsyncGenerator<string> {
  const accountId = account.id;
  const servers = () =>
    pagesOf((cursor) => bus.ask(ListServers, { accountId, includeTerminated: true, cursor, limit }));
  const lists: Record<Lists, AsyncIterable<readonly unknown[]>> = {
    members: pagesOf((cursor) => bus.ask(ListMembers, { accountId, secondFactors: true, cursor, limit })),
    invitations: pagesOf((cursor) => bus.ask(ListInvitations, { accountId, cursor, limit })),
    tokens: pagesOf((cursor) => bus.ask(ListTokens, { accountId, cursor, limit })),
    servers: servers(),
    timelines: timelinesOf(bus, accountId, servers()),
    operations: pagesOf((cursor) => bus.ask(ListOperations, { accountId, cursor, limit })),
    usageRecords: pagesOf((cursor) => bus.ask(ListUsage, { accountId, ...EVER, cursor, limit })),
    credits: pagesOf((cursor) => bus.ask(ListCredits, { accountId, cursor, limit })),
    terms: pagesOf(async () => ({ items: [await bus.ask(GetTerms, { accountId })], nextCursor: null })),
    invoices: invoicesOf(bus, accountId),
    auditEvents: auditEventsOf(bus, accountId),
  };
  yield `{"exportedAt":${JSON.stringify(now.toISOString())},\n"account":${JSON.stringify(account)},\n"limits":${JSON.stringify(limits)}`;
  for (const [name, pages] of Object.entries(lists)) {
    yield `,\n${JSON.stringify(name)}:`;
    yield* jsonArray(pages);
  }
  yield '}\n';
}

/** The entries of all servers' timelines, each with its server. */
async function* timelinesOf(bus: Bus, accountId: string, pages: AsyncIterable<{ id: string }[]>) {
  for await (const servers of pages) {
    for (const { id: serverId } of servers) {
      const entries = pagesOf((cursor) => bus.ask(GetTimeline, { accountId, serverId, cursor, limit }));
      try {
        for await (const page of entries) yield page.map((entry) => ({ serverId, ...entry }));
      } catch (error) {
        // Nothing has been heard of it yet.
        if (!(error instanceof ProblemError && error.code === 'not_found')) throw error;
      }
    }
  }
}

/** With their lines, which lists leave out. */
async function* invoicesOf(bus: Bus, accountId: string): AsyncGenerator<Invoice[]> {
  for await (const page of pagesOf((cursor) => bus.ask(ListInvoices, { accountId, cursor, limit }))) {
    for (const { id: invoiceId } of page) yield [await bus.ask(GetInvoice, { accountId, invoiceId })];
  }
}

async function* auditEventsOf(bus: Bus, accountId: string): AsyncGenerator<AuditEvent[]> {
  for await (const events of pagesOf((cursor) => bus.ask(ListAuditEvents, { accountId, cursor, limit })))
    yield events.map((event) => AuditEvent.parse(event));
}
