import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  AccountExport,
  CloseAccount,
  GetInvoice,
  GetMe,
  GetTerms,
  GetTimeline,
  ListAuditEvents,
  ListCredits,
  ListInvitations,
  ListInvoices,
  ListMembers,
  ListOperations,
  ListProtectedServers,
  ListServers,
  ListTokens,
  ListUsage,
  routes,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { broker, type TestBroker } from '@berth/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import { invoice, invoiceSummary } from '../fixtures/samples-of-invoices.ts';
import * as sample from '../fixtures/samples.ts';
import { bodyExamples } from '../openapi/examples.ts';

const { ids } = sample;
let bus: TestBroker;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  bus = await broker();
  gateway = await GatewayUnderTest.start(bus.url);
});
afterAll(async () => {
  await gateway?.stop();
  await bus?.stop();
});
beforeEach(() => gateway.services.forget());

const body = bodyExamples['closeAccount'];
const close = (as = 'session') => gateway.call('POST', '/v1/account/close', { as, body });

describe('to close an account', () => {
  test('is ordered when no server is protected', async () => {
    gateway.services.answer(ListProtectedServers, () => ({ items: [] }));
    gateway.services.answer(CloseAccount, () => sample.closing);
    expect(await close()).toMatchObject({ status: 202, body: sample.closing });
    expect(gateway.services.asked.map(({ data }) => data)).toEqual([
      { accountId: ids.account },
      { ...body, accountId: ids.account, userId: ids.user },
    ]);
  });

  test('is refused while servers are protected, and they are named', async () => {
    const servers = [{ id: ids.server, name: 'Orders' }];
    gateway.services.answer(ListProtectedServers, () => ({ items: servers }));
    const { status, body: refusal } = await close();
    expect({ status, ...refusal }).toMatchObject({
      ...{ status: 409, code: 'server_protected', detail: 'Protected: Orders.' },
      servers,
    });
    expect(gateway.services.asked.map(({ type }) => type)).toEqual([ListProtectedServers.type]);
  });

  test.each(['admin', 'operator', 'billing', 'viewer'])('is not for the role %s', async (role) => {
    for (const { method, path } of [routes.closeAccount, routes.reopenAccount, routes.exportAccount])
      expect(
        (await gateway.call(method, path, { as: role, ...(method === 'POST' && { body: {} }) })).status,
      ).toBe(403);
    expect(gateway.services.asked).toEqual([]);
  });

  test('takes a session: an API token is not asked for a password', async () => {
    expect((await close('owner')).body).toMatchObject({ code: 'not_a_session' });
    const reopened = await gateway.call('POST', '/v1/account/reopen', { as: 'owner', body: {} });
    expect(reopened.body).toMatchObject({ code: 'not_a_session' });
    expect(gateway.services.asked).toEqual([]);
  });
});

describe('everything an account has', () => {
  const second = { ...sample.server, id: `${ids.server.slice(0, -1)}r` };
  /** Two pages of servers, of which one is not heard of yet; a page of all else. */
  function answerAll(): void {
    const { services } = gateway;
    services.answer(GetMe, () => sample.me);
    services.answer(ListMembers, () => sample.pageOf(sample.member));
    services.answer(ListInvitations, () => sample.pageOf(sample.invitation));
    services.answer(ListTokens, () => sample.pageOf(sample.token));
    services.answer(ListServers, ({ cursor }) =>
      cursor ? sample.pageOf(second) : { items: [sample.server], nextCursor: 'more' },
    );
    services.answer(GetTimeline, ({ serverId }) => {
      if (serverId === second.id) throw problem('not_found');
      return sample.pageOf(sample.timelineEntry);
    });
    services.answer(ListOperations, () => sample.pageOf(sample.operation));
    services.answer(ListUsage, () => sample.pageOf(sample.usageRecord));
    services.answer(ListCredits, () => sample.credits);
    services.answer(GetTerms, () => sample.terms);
    services.answer(ListInvoices, () => sample.pageOf(invoiceSummary));
    services.answer(GetInvoice, () => invoice);
    services.answer(ListAuditEvents, () => sample.pageOf(sample.accountAuditEvent));
  }
  const download = (method = 'GET') => gateway.call(method, '/v1/account/export', { as: 'owner' });

  test('is one document, of all pages of all lists', async () => {
    answerAll();
    const { status, headers, text } = await download();
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="account-\d{4}-\d\d-\d\d\.json"$/,
    );
    const file = AccountExport.parse(JSON.parse(text));
    expect(file).toEqual({
      exportedAt: expect.any(String),
      account: sample.me.account,
      limits: sample.me.limits,
      members: [sample.member],
      invitations: [sample.invitation],
      tokens: [sample.token],
      servers: [sample.server, second],
      timelines: [{ ...sample.timelineEntry, serverId: ids.server }],
      operations: [sample.operation],
      usageRecords: [sample.usageRecord],
      credits: [sample.credit],
      terms: [sample.terms],
      invoices: [invoice],
      auditEvents: [sample.auditEvent],
    });
    const lists = gateway.services.asked.filter(({ type }) => type === ListServers.type);
    expect(lists[0]?.data).toEqual({ accountId: ids.account, includeTerminated: true, limit: 200 });
  });

  test('is broken off, and no whole document, when a page cannot be read', async () => {
    answerAll();
    gateway.services.answer(ListUsage, () => {
      throw problem('dependency_unavailable');
    });
    await expect(download()).rejects.toThrow();
  });

  test('is a problem when it cannot be begun, and only looked at by HEAD', async () => {
    expect(await download()).toMatchObject({ status: 404 });
    answerAll();
    expect(await download('HEAD')).toMatchObject({ status: 200, text: '' });
  });
});
