import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  Authenticate,
  changesSomething,
  CreateInvitation,
  DecideStanding,
  IssueToken,
  LaunchServer,
  ListAuditEvents,
  nudgeIn,
  routes,
  STAFF_ACCOUNT_ID,
  SwitchAccount,
  UpdateServer,
  type Route,
} from '@berth/contracts';
import { Commands, NotPublished, problem } from '@berth/messaging';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { accessPage } from '../fixtures/access-page.ts';
import { GatewayUnderTest, logged, type Call } from '../fixtures/gateway-under-test.ts';
import { pathOf, userOf } from '../fixtures/paths.ts';
import * as sample from '../fixtures/samples.ts';
import { bodyExamples } from '../openapi/examples.ts';

const { ids } = sample;
/** What an actor is of who comes with a session; of all others it is an API token's. */
const KIND_OF: Readonly<Record<string, string>> = { staff: 'staff', session: 'user' };
const all = Object.entries<Route>(routes);
/** Whoever makes one is known, so there is an account whose trail it belongs in; of strangers accounts writes down its own. */
const mutations = all.filter(([, route]) => changesSomething(route) && route.permission !== 'public');

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
beforeEach(() => {
  jest.restoreAllMocks();
  gateway.services.forget();
  logged.length = 0;
  asked.clear();
});

/** The ids of this test's requests: what came of those of the one before may still be on its way. */
const asked = new Set<string>();
const ask = (method: string, path: string, { headers, ...options }: Call = {}) => {
  const id = headers?.['x-request-id'] ?? randomUUID();
  asked.add(id);
  return gateway.call(method, path, { ...options, headers: { ...headers, 'x-request-id': id } });
};

/** What the trail was told of them, once it was told so much. */
const told = (entries: number) =>
  eventually(() => {
    const ours = gateway.services.audited.filter(({ requestId }) => asked.has(requestId ?? ''));
    expect(ours).toHaveLength(entries);
    return ours;
  });
const send = ([name, route]: [string, Route], call: Call = {}) =>
  ask(route.method, pathOf(route), {
    as: userOf(route),
    key: 'key-1',
    body: bodyExamples[name],
    ...call,
  });
const launch = (call: Call = {}) => send(['launchServer', routes.launchServer], call);

test('what only asks though it is a POST is listed here: no other request but a GET goes unseen', () => {
  const unseen = all.filter(([, route]) => route.method !== 'GET' && !changesSomething(route));
  expect(unseen.map(([name]) => name).sort()).toEqual(['previewPrices', 'quote', 'readInvitation']);
  expect(mutations.length).toBeGreaterThan(25);
});

describe.each(mutations)('%s', (name, route) => {
  test('is told before it is done, and what came of it', async () => {
    const { headers } = await send([name, route]);
    const [before, after] = await told(2);
    expect(before).toMatchObject({
      action: name,
      ...{ outcome: 'unknown', status: null, code: null },
      requestId: headers.get('x-request-id'),
      ...{ address: '127.0.0.1', userAgent: 'node' },
      actor: { kind: KIND_OF[userOf(route)] ?? 'token', userId: ids.user },
    });
    const { outcome: _, status: __, code: ___, ...same } = before!;
    expect(after).toMatchObject({ ...same, outcome: 'denied', status: 404, code: 'not_found' });
    const named = route.path.includes('{id}')
      ? pathOf(route)
          .split('/')
          .find((part) => part.includes('_'))
      : undefined;
    expect(before?.target?.id).toBe(named ?? (route.path.includes('{service}') ? 'billing' : undefined));
  });

  test('that makes no sense is told with the reason, and without what was sent', async () => {
    const { status } = await send([name, route], { body: { ...bodyExamples[name], pasword: 'hunter2' } });
    expect(status).toBe(400);
    const [entry] = await told(1);
    expect(entry).toMatchObject({
      ...{ action: name, outcome: 'refused', status: 400, code: 'invalid_request', changes: null },
    });
    expect(JSON.stringify(entry)).not.toContain('hunter2');
  });
});

const denied = accessPage().filter(({ may }) => !may['viewer']);
describe.each(
  mutations.filter(([, { method, path }]) => denied.some(({ route }) => route === `${method} ${path}`)),
)('%s', (name, route) => {
  test('is told of who may not, in the trail of their account', async () => {
    expect((await send([name, route], { as: 'viewer' })).status).toBe(403);
    expect(await told(1)).toMatchObject([
      {
        ...{ action: name, outcome: 'denied', status: 403, code: 'forbidden', changes: null },
        ...{ accountId: ids.account, actor: { ...sample.principal('viewer').actor, userId: ids.user } },
      },
    ]);
  });
});

test('reads are not told, strangers have no trail', async () => {
  for (const [name, route] of all.filter(([, each]) => !changesSomething(each) && !each.success.events))
    await send([name, route]);
  for (const mutation of mutations) expect((await send(mutation, { as: 'nobody' })).status).toBe(401);
  await send(['revokeToken', routes.revokeToken]);
  expect((await told(2)).map(({ action }) => action)).toEqual(['revokeToken', 'revokeToken']);
});

describe('what came of it', () => {
  const outcome = async () => (await told(2)).at(-1);

  test('is told with what was made', async () => {
    gateway.services.answer(LaunchServer, () => sample.accepted);
    await launch();
    expect(await outcome()).toMatchObject({
      ...{ outcome: 'done', status: 202, code: null, target: { type: 'server', id: ids.server } },
      changes: bodyExamples.launchServer,
    });
  });

  test.each([
    ['quota_exceeded', 'refused'],
    ['hostname_taken', 'refused'],
    ['account_suspended', 'denied'],
    ['dependency_unavailable', 'failed'],
    ['internal_error', 'failed'],
    ['outcome_unknown', 'unknown'],
  ] as const)('%s is %s', async (code, expected) => {
    gateway.services.answer(LaunchServer, () => {
      throw problem(code);
    });
    const { status, body } = await launch();
    expect(await outcome()).toMatchObject({ outcome: expected, status, code: body.code });
  });

  test('arrives though the bus was lost in between', async () => {
    let lose = () => {};
    gateway.services.answer(
      LaunchServer,
      () => new Promise((_, reject) => (lose = () => reject(new Error('gone')))),
    );
    const answer = launch();
    await eventually(() => gateway.services.asked.length === 1);
    await told(1);
    bus.killConnections();
    expect((await answer).body.code).toBe('outcome_unknown');
    // The stub no longer reads its queue.
    await eventually(async () => expect(await bus.queue('stub.audit')).toMatchObject({ messages: 1 }));
    lose();
    await gateway.stop();
    await bus.purgeQueue('stub.audit');
    gateway = await GatewayUnderTest.start(bus.url);
  }, 30_000);
});

describe('nothing is done', () => {
  test('before the broker has what is to be done', async () => {
    let arrived = () => {};
    const sent = new Promise<void>((resolve) => (arrived = resolve));
    const commands = jest.spyOn(gateway.app.get(Commands), 'send').mockReturnValueOnce(sent);
    gateway.services.answer(LaunchServer, () => sample.accepted);
    const answer = launch();
    await eventually(() => expect(commands).toHaveBeenCalledTimes(1));
    await gateway.call('GET', `/v1/servers/${ids.server}`, { as: 'owner' });
    expect(gateway.services.asked.map(({ type }) => type)).not.toContain(LaunchServer.type);
    arrived();
    expect((await answer).status).toBe(202);
  });

  test('that the broker does not take', async () => {
    jest.spyOn(gateway.app.get(Commands), 'send').mockRejectedValue(new NotPublished('no queue'));
    const { status, body } = await launch();
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'dependency_unavailable' });
    expect(gateway.services.asked).toEqual([]);
  });
});

test('an entry is not found, or written over, by a request id that a client chooses', async () => {
  for (let n = 0; n < 2; n++) await launch({ headers: { 'x-request-id': 'again' } });
  const entries = await told(4);
  expect(new Set(entries.map(({ requestId }) => requestId))).toEqual(new Set(['again']));
  expect(new Set(entries.map(({ id }) => id)).size).toBe(2);
});

describe('a secret', () => {
  const bodies = Object.entries(bodyExamples).filter(([name]) => mutations.some(([each]) => each === name));
  test.each(bodies)('in the body of %s does not get into the trail', async (name, body) => {
    const canaries = Object.fromEntries(
      Object.entries(body ?? {}).map(([field, value]) => [
        field,
        /password|invitation|token|secret|code/i.test(field) ? `canary ${field} hunter2` : value,
      ]),
    );
    await send([name, routes[name as 'logIn']], { body: canaries });
    expect(JSON.stringify(await told(2))).not.toContain('hunter2');
  });

  test('that is made, or shown to be let in, does not either', async () => {
    gateway.services.answer(IssueToken, () => ({ ...sample.token, token: 'brt_hunter2' }));
    gateway.services.answer(CreateInvitation, () => ({ ...sample.invitation, token: 'bri_hunter2' }));
    gateway.services.answer(SwitchAccount, () => ({ ...sample.session, accessToken: 'brs_hunter2' }));
    for (const name of ['createToken', 'createInvitation', 'switchAccount'] as const)
      expect((await send([name, routes[name]])).status).toBeLessThan(300);
    const entries = JSON.stringify(await told(6));
    expect(entries).toContain(ids.token);
    expect(entries).not.toMatch(/hunter2|brt_|brs_|bri_/);
  });
});

describe('what staff do', () => {
  test('to an account is in its trail from the beginning', async () => {
    gateway.services.answer(DecideStanding, () => ({ ...sample.me.account, status: 'suspended' as const }));
    await send(['suspendAccount', routes.suspendAccount]);
    const actor = { kind: 'staff', id: ids.user, userId: ids.user };
    const target = { type: 'account', id: ids.account };
    for (const entry of await told(2)) expect(entry).toMatchObject({ accountId: ids.account, actor, target });
  });

  test('to what turns out to be an account’s, with the answer', async () => {
    gateway.services.answer(nudgeIn('provisioning'), () => sample.stuckThing);
    await send(['nudge', routes.nudge]);
    const [before, after] = await told(2);
    expect(before).toMatchObject({ accountId: STAFF_ACCOUNT_ID, target: { type: 'server', id: ids.server } });
    expect(after).toMatchObject({ accountId: ids.account, outcome: 'done' });
  });

  test('is seen when they read an account’s trail, and once however many pages that has', async () => {
    gateway.services.answer(ListAuditEvents, () => sample.pageOf(sample.accountAuditEvent));
    const read = (query: string) =>
      ask('GET', `/v1/admin/audit-events?account=${ids.account}${query}`, { as: 'staff' });
    expect((await read('')).status).toBe(200);
    expect((await read('&cursor=x')).status).toBe(200);
    await send(['nudge', routes.nudge]);
    expect(await told(3)).toMatchObject([
      { action: 'listAccountAuditEvents', accountId: ids.account, outcome: 'done', actor: { kind: 'staff' } },
      { action: 'nudge' },
      { action: 'nudge' },
    ]);
  });

  test('no answer to a customer moves an entry to another account', async () => {
    const other = 'acc_01h455vb4pex5vsknk084sn02r';
    gateway.services.answer(UpdateServer, () => ({ ...sample.taggedServer, accountId: other }));
    await send(['updateServer', routes.updateServer]);
    for (const entry of await told(2)) expect(entry.accountId).toBe(ids.account);
  });
});

test('an API token that is used from elsewhere is in the trail of its account, whatever it was used for', async () => {
  gateway.services.answer(Authenticate, () => ({
    principal: null,
    restricted: { ...sample.principal('owner'), networks: ['192.0.2.0/24'] },
  }));
  for (const path of ['/v1/me', '/v1/catalog']) await ask('GET', path, { as: 'elsewhere' });
  expect(await told(2)).toMatchObject([
    { action: 'me', accountId: ids.account, outcome: 'denied', status: 401, code: 'unauthenticated' },
    { action: 'catalog', address: '127.0.0.1' },
  ]);
});
