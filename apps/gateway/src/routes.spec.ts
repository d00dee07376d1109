import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ApplyPrices,
  BeginSession,
  CancelOperation,
  CheckHostname,
  deadLetterOf,
  DecideQuota,
  DecideStanding,
  FindAccounts,
  GetAccount,
  DecideTerms,
  GetBudget,
  GetCatalog,
  GetCosts,
  GetFleet,
  GetLimits,
  GetOffer,
  GetOperation,
  GetPriceBook,
  GetServer,
  GetTerms,
  GetTimeline,
  LaunchServer,
  ListAuditEvents,
  ListMembers,
  ListOperations,
  ListOrphans,
  ListServers,
  ListUsage,
  PauseServer,
  PreviewPrices,
  QuoteFor,
  ReleaseOrphan,
  RemoveBudget,
  replayDeadLettersOf,
  RestartServer,
  ResumeServer,
  RetryServer,
  routes,
  SetBudget,
  SignUpInvited,
  TerminateServer,
  UpdateServer,
  type Route,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { broker, type TestBroker } from '@berth/testing';
import { mismatches } from './http/route-check.ts';
import { bodyExamples } from './openapi/examples.ts';
import { casesOfCredits } from './fixtures/cases-of-credits.ts';
import { casesOfInvoices } from './fixtures/cases-of-invoices.ts';
import { casesOfPeople, type Case } from './fixtures/cases-of-people.ts';
import { casesOfReconciliation } from './fixtures/cases-of-reconciliation.ts';
import { casesOfUsageFeed } from './fixtures/cases-of-usage-feed.ts';
import { GatewayUnderTest } from './fixtures/gateway-under-test.ts';
import { pathOf, userOf } from './fixtures/paths.ts';
import * as sample from './fixtures/samples.ts';

const { ids } = sample;
const actor = sample.principal('owner').actor;
const ordered = { accountId: ids.account, actor };
const onServer = { ...ordered, serverId: ids.server };
const from = '2026-11-01T00:00:00Z';
const to = '2026-12-01T00:00:00Z';

/** What one service answers; the lists and nudges of staff ask every service, and admin/ specifies them, as audit/ does files and accounts/ the end of an account. */
const cases: Record<
  Exclude<
    keyof typeof routes,
    | 'events'
    | 'logOut'
    | 'listStuck'
    | 'nudge'
    | 'listDeadLetters'
    | 'exportAuditEvents'
    | 'closeAccount'
    | 'exportAccount'
  >,
  Case
> = {
  ...casesOfPeople,
  ...casesOfCredits,
  ...casesOfUsageFeed,
  ...casesOfInvoices,
  ...casesOfReconciliation,
  limits: { asks: GetLimits, with: { accountId: ids.account }, reply: sample.limits },
  fleet: { asks: GetFleet, with: {}, reply: sample.fleet },
  catalog: { asks: GetOffer, with: { accountId: ids.account }, reply: sample.catalog },
  quote: {
    asks: QuoteFor,
    with: { ...bodyExamples.quote, accountId: ids.account },
    reply: sample.quote,
  },
  checkHostname: {
    asks: CheckHostname,
    with: { accountId: ids.account, name: 'atlas' },
    reply: sample.hostnameCheck,
  },
  launchServer: {
    asks: LaunchServer,
    with: { ...bodyExamples.launchServer, ...ordered },
    reply: sample.accepted,
  },
  listServers: {
    query: '?status=running&tag=team:sales&q=ord&includeTerminated=true&cursor=abc',
    asks: ListServers,
    with: {
      accountId: ids.account,
      limit: 50,
      cursor: 'abc',
      status: 'running',
      tag: 'team:sales',
      q: 'ord',
      includeTerminated: true,
    },
    reply: sample.pageOf(sample.server),
  },
  getServer: {
    asks: GetServer,
    with: { accountId: ids.account, serverId: ids.server },
    reply: sample.taggedServer,
    answers: sample.server,
  },
  updateServer: {
    asks: UpdateServer,
    with: { ...bodyExamples.updateServer, ...onServer },
    reply: sample.taggedServer,
    answers: sample.server,
  },
  terminateServer: { asks: TerminateServer, with: onServer, reply: sample.accepted },
  pauseServer: { asks: PauseServer, with: onServer, reply: sample.accepted },
  resumeServer: { asks: ResumeServer, with: onServer, reply: sample.accepted },
  retryServer: {
    asks: RetryServer,
    with: { ...bodyExamples.retryServer, ...onServer },
    reply: sample.accepted,
  },
  restartServer: { asks: RestartServer, with: onServer, reply: sample.accepted },
  listOrphans: {
    query: '?limit=3&cursor=vol-1',
    asks: ListOrphans,
    with: { limit: 3, cursor: 'vol-1' },
    reply: sample.pageOf(sample.orphan),
  },
  releaseOrphan: { asks: ReleaseOrphan, with: { id: ids.server }, reply: sample.orphan },
  timeline: {
    asks: GetTimeline,
    with: { accountId: ids.account, serverId: ids.server, limit: 50 },
    reply: sample.pageOf(sample.timelineEntry),
  },
  listOperations: {
    query: `?server=${ids.server}&status=running`,
    asks: ListOperations,
    with: { accountId: ids.account, serverId: ids.server, status: 'running', limit: 50 },
    reply: sample.pageOf(sample.operation),
  },
  getOperation: {
    query: '?wait=30',
    asks: GetOperation,
    with: { accountId: ids.account, operationId: ids.operation, waitSeconds: 30 },
    reply: sample.operation,
  },
  cancelOperation: {
    asks: CancelOperation,
    with: { ...ordered, operationId: ids.operation },
    reply: sample.operation,
  },
  usage: {
    query: `?from=${from}&to=${to}&server=${ids.server}`,
    asks: ListUsage,
    with: { accountId: ids.account, from, to, serverId: ids.server, limit: 50 },
    reply: sample.pageOf(sample.usageRecord),
  },
  costs: {
    query: `?month=2026-11&groupBy=day&server=${ids.server}&limit=200`,
    asks: GetCosts,
    with: { accountId: ids.account, month: '2026-11', groupBy: 'day', serverId: ids.server, limit: 200 },
    reply: sample.costs,
  },
  listAuditEvents: {
    query: `?from=${from}&to=${to}&actor=${ids.user}&action=updateServer&outcome=done&limit=3`,
    asks: ListAuditEvents,
    with: {
      accountId: ids.account,
      ...{ from, to, actor: ids.user, action: 'updateServer', outcome: 'done', limit: 3 },
    },
    reply: sample.pageOf(sample.accountAuditEvent),
    answers: sample.pageOf(sample.auditEvent),
  },
  listAccountAuditEvents: {
    query: `?account=${ids.account}&actor=${ids.token}`,
    asks: ListAuditEvents,
    with: { accountId: ids.account, actor: ids.token, limit: 50 },
    reply: sample.pageOf(sample.accountAuditEvent),
  },
  getDeadLetter: {
    asks: deadLetterOf('billing'),
    with: { id: sample.deadLetter.id },
    reply: sample.deadLetter,
  },
  replayDeadLetter: {
    asks: replayDeadLettersOf('billing'),
    with: { id: sample.deadLetter.id },
    reply: { replayed: 1 },
  },
  replayDeadLetters: {
    asks: replayDeadLettersOf('billing'),
    with: {},
    reply: { replayed: 3 },
  },
  findAccounts: {
    query: '?q=ada@&status=active&limit=3',
    asks: FindAccounts,
    with: { q: 'ada@', status: 'active', limit: 3 },
    reply: sample.pageOf(sample.foundAccount),
  },
  getAccount: { asks: GetAccount, with: { accountId: ids.account }, reply: sample.customerAccount },
  updateAccount: {
    asks: DecideQuota,
    with: { accountId: ids.account, quota: { servers: 50, vcpu: 400, diskGib: 20_000 } },
    reply: sample.customerAccount,
  },
  listAccountMembers: {
    asks: ListMembers,
    with: { accountId: ids.account, secondFactors: true, limit: 50 },
    reply: sample.pageOf(sample.member),
  },
  listAccountServers: {
    query: '?includeTerminated=true',
    asks: ListServers,
    with: { accountId: ids.account, includeTerminated: true, limit: 50 },
    reply: sample.pageOf(sample.server),
  },
  getAccountLimits: { asks: GetLimits, with: { accountId: ids.account }, reply: sample.limits },
  budget: {
    asks: GetBudget,
    with: { accountId: ids.account },
    reply: sample.taggedBudget,
    answers: sample.budget,
  },
  getAccountBudget: {
    asks: GetBudget,
    with: { accountId: ids.account },
    reply: sample.taggedBudget,
    answers: sample.budget,
  },
  setBudget: {
    asks: SetBudget,
    with: { ...bodyExamples.setBudget, accountId: ids.account },
    reply: sample.taggedBudget,
    answers: sample.budget,
  },
  removeBudget: {
    asks: RemoveBudget,
    with: { accountId: ids.account },
    reply: sample.taggedBudget,
    answers: sample.budget,
  },
  terms: { asks: GetTerms, with: { accountId: ids.account }, reply: sample.terms },
  getAccountTerms: { asks: GetTerms, with: { accountId: ids.account }, reply: sample.terms },
  updateAccountTerms: {
    asks: DecideTerms,
    with: { ...bodyExamples.updateAccountTerms, accountId: ids.account },
    reply: sample.terms,
  },
  readPrices: { asks: GetPriceBook, with: {}, reply: sample.bookedPrices },
  previewPrices: { asks: PreviewPrices, with: bodyExamples.previewPrices, reply: sample.pricePreview },
  applyPrices: { asks: ApplyPrices, with: bodyExamples.applyPrices, reply: sample.appliedPrices },
  suspendAccount: {
    asks: DecideStanding,
    with: { accountId: ids.account, status: 'suspended' },
    reply: { ...sample.me.account, status: 'suspended' },
  },
  reinstateAccount: {
    asks: DecideStanding,
    with: { accountId: ids.account, status: 'active' },
    reply: sample.me.account,
  },
};

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

describe('a route asks its service once and answers what it says', () => {
  test.each(Object.entries(cases))('%s', async (name, expected) => {
    const route: Route = routes[name as keyof typeof cases];
    gateway.services.answer(expected.asks, () => expected.reply);
    const answered = await gateway.call(route.method, `${pathOf(route)}${expected.query ?? ''}`, {
      as: userOf(route),
      key: 'key-1',
      body: bodyExamples[name],
    });
    expect(gateway.services.asked).toMatchObject([{ type: expected.asks.type }]);
    expect(gateway.services.asked[0]?.data).toEqual(expected.with);
    expect(answered.status).toBe(route.success.status);
    expect(answered.headers.get('cache-control')).toBe('no-store');
    expect(answered.text && answered.body).toEqual(
      route.success.body ? (expected.answers ?? expected.reply) : '',
    );
  });
});

describe('who signs up', () => {
  const { accountName, ...person } = bodyExamples.signUp as Record<string, string>;
  const signUp = (body: object) => gateway.call('POST', '/v1/signup', { body });

  test('with an invitation makes no account', async () => {
    gateway.services.answer(SignUpInvited, () => sample.me);
    expect((await signUp({ ...person, accountName, invitation: 'bri_secret' })).status).toBe(201);
    expect(gateway.services.asked).toMatchObject([
      { type: SignUpInvited.type, data: { ...person, invitation: 'bri_secret' } },
    ]);
  });

  test('without one has to name the account', async () => {
    const { status, body } = await signUp(person);
    expect({ status, errors: body.errors }).toMatchObject({
      status: 400,
      errors: [{ pointer: '/accountName' }],
    });
    expect(gateway.services.asked).toEqual([]);
  });
});

describe('who has a second factor', () => {
  test.each([
    ['owner', true],
    ['admin', true],
    ['operator', false],
    ['billing', false],
    ['viewer', false],
  ])('is among the members told to a role: %s, %j', async (as, secondFactors) => {
    const answer = { ...sample.member, ...(secondFactors && { secondFactor: { totp: true } }) };
    gateway.services.answer(ListMembers, () => sample.pageOf(answer));
    const { body } = await gateway.call('GET', '/v1/members', { as });
    expect(gateway.services.asked).toMatchObject([{ data: { secondFactors } }]);
    expect(body).toEqual(sample.pageOf(answer));
  });

  test('says so at log-in with a code', async () => {
    gateway.services.answer(BeginSession, () => sample.session);
    const login = { ...bodyExamples.logIn, code: '123 456' };
    expect((await gateway.call('POST', '/v1/sessions', { body: login })).status).toBe(201);
    expect(gateway.services.asked).toMatchObject([{ data: login }]);
  });

  test.each(['second_factor_required', 'wrong_second_factor'] as const)(
    'and is refused with %s gets no cookie',
    async (code) => {
      gateway.services.answer(BeginSession, () => {
        throw problem(code);
      });
      const { status, body, headers } = await gateway.call('POST', '/v1/sessions', {
        body: bodyExamples.logIn,
      });
      expect({ status, code: body.code, cookie: headers.get('set-cookie') }).toEqual({
        status: 401,
        code,
        cookie: null,
      });
    },
  );
});

test('staff see the prices of all currencies', async () => {
  gateway.services.answer(GetCatalog, () => sample.catalog);
  expect(await gateway.call('GET', '/v1/catalog', { as: 'staff' })).toMatchObject({ status: 200 });
});

test('a client can follow a request through the services by its X-Request-Id', async () => {
  const { headers } = await gateway.call('GET', '/v1/catalog', {
    as: 'owner',
    headers: { 'x-request-id': 'req-7' },
  });
  expect(headers.get('x-request-id')).toBe('req-7');
  expect(gateway.services.asked[0]?.context.correlationId).toBe('req-7');
});

test('an X-Request-Id that is no plain token is replaced', async () => {
  for (const id of ['a b"<script>', `brt_${'0'.repeat(49)}`]) {
    const { headers } = await gateway.call('GET', '/healthz', { headers: { 'x-request-id': id } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test('HEAD answers like GET without a body', async () => {
  gateway.services.answer(GetServer, () => sample.taggedServer);
  const head = await gateway.call('HEAD', `/v1/servers/${ids.server}`, { as: 'viewer' });
  expect(head).toMatchObject({ status: 200, text: '' });
  expect(await gateway.call('HEAD', `/v1/servers/${ids.server}`)).toMatchObject({ status: 401, text: '' });
});

describe('what a customer can edit of a server', () => {
  const path = `/v1/servers/${ids.server}`;

  test('has an ETag, which hides no change of the status', async () => {
    gateway.services.answer(GetServer, () => sample.taggedServer);
    const { etag } = sample.taggedServer;
    const { status, headers } = await gateway.call('GET', path, {
      as: 'viewer',
      headers: { 'if-none-match': etag },
    });
    expect({ status, etag: headers.get('etag') }).toEqual({ status: 200, etag });
  });

  test('is changed under the condition of If-Match, which provisioning decides', async () => {
    gateway.services.answer(UpdateServer, () => sample.taggedServer);
    const { headers } = await gateway.call('PATCH', path, {
      as: 'owner',
      headers: { 'if-match': '"a", W/"b"' },
      body: {},
    });
    expect(gateway.services.asked).toMatchObject([{ data: { ifMatch: ['"a"', 'W/"b"'] } }]);
    expect(headers.get('etag')).toBe(sample.taggedServer.etag);
  });

  test('is not changed when If-Match makes no sense', async () => {
    const { body } = await gateway.call('PATCH', path, {
      as: 'owner',
      headers: { 'if-match': 'a' },
      body: {},
    });
    expect({ code: body.code, asked: gateway.services.asked }).toEqual({
      code: 'invalid_request',
      asked: [],
    });
  });
});

describe('a budget', () => {
  const { etag } = sample.taggedBudget;

  test('has an ETag, and is changed under the condition of If-Match', async () => {
    gateway.services.answer(SetBudget, () => sample.taggedBudget);
    gateway.services.answer(RemoveBudget, () => sample.taggedBudget);
    const headers = { 'if-match': etag };
    const set = await gateway.call('PUT', '/v1/budget', { as: 'billing', headers, body: { amount: '250' } });
    expect({ status: set.status, etag: set.headers.get('etag') }).toEqual({ status: 200, etag });
    await gateway.call('DELETE', '/v1/budget', { as: 'admin', headers });
    expect(gateway.services.asked).toMatchObject([
      {
        type: SetBudget.type,
        data: { amount: '250', warnAt: [50, 80, 100], action: 'none', ifMatch: [etag] },
      },
      { type: RemoveBudget.type, data: { ifMatch: [etag] } },
    ]);
  });

  test.each([
    ['an amount of nothing', { amount: '0.00' }, '/amount'],
    ['an amount with an exponent', { amount: '1e3' }, '/amount'],
    ['fractions of a cent', { amount: '1.001' }, '/amount'],
    ['a number', { amount: 250 }, '/amount'],
    ['the same warning twice', { amount: '250', warnAt: [80, 80] }, '/warnAt'],
    ['no warning', { amount: '250', warnAt: [] }, '/warnAt'],
    ['six warnings', { amount: '250', warnAt: [1, 2, 3, 4, 5, 6] }, '/warnAt'],
    ['a warning at nothing', { amount: '250', warnAt: [0] }, '/warnAt/0'],
    ['a warning beyond all', { amount: '250', warnAt: [101] }, '/warnAt/0'],
    ['an action that is none', { amount: '250', action: 'terminate_servers' }, '/action'],
  ])('is not set with %s', async (_, body, pointer) => {
    const answered = await gateway.call('PUT', '/v1/budget', { as: 'owner', body });
    expect(answered).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    expect(gateway.services.asked).toEqual([]);
  });

  test.each(['operator', 'viewer'])('is seen by the role %s, and not set', async (as) => {
    gateway.services.answer(GetBudget, () => sample.taggedBudget);
    expect((await gateway.call('GET', '/v1/budget', { as })).body).toEqual(sample.budget);
    expect((await gateway.call('PUT', '/v1/budget', { as, body: { amount: '250' } })).status).toBe(403);
    expect((await gateway.call('DELETE', '/v1/budget', { as })).status).toBe(403);
  });
});

test('OPTIONS names the methods of a path and grants other sites nothing', async () => {
  const { status, headers } = await gateway.call('OPTIONS', '/v1/servers', {
    headers: { origin: 'https://evil.example' },
  });
  expect(status).toBe(204);
  expect(headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS');
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

test('a route without a handler, a handler without a route, and a route served twice keep the gateway from starting', () => {
  const { me, catalog, usage } = routes;
  expect(mismatches([me, catalog], [me, me, usage])).toEqual([
    'nobody serves GET /v1/catalog',
    'GET /v1/usage is not declared',
    'GET /v1/me is served twice',
  ]);
});
