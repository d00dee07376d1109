import type { AccountAuditEvent, AuditEvent, Me } from '@berth/contracts';
import { Api, ApiProblem } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let ada: Customer;
let viewer: Customer;
let staff: Api;
let staffAddress: string;
let accountId: string;
let serverId: string;

beforeAll(async () => {
  world = await World.start();
  ada = await world.customer();
  ({
    account: { id: accountId },
  } = await ada.api.get<Me>('/v1/me'));
  viewer = await invited('viewer');
  const login = await world.staffLogin();
  staffAddress = login.email;
  const stranger = new Api(world.url);
  staff = stranger.as((await stranger.post<{ accessToken: string }>('/v1/sessions', login)).accessToken);

  serverId = (await ada.running({ name: 'Atlas' })).id;
  await ada.api.patch(`/v1/servers/${serverId}`, { name: 'Borealis' });
  await refused(viewer.act(serverId, 'pause'));
  await staff.post(`/v1/admin/accounts/${accountId}/suspend`);
  await ada.reached(serverId, 'paused');
  await refused(ada.launch());
}, 120_000);
afterAll(() => world?.stop(), 60_000);

/** Somebody who has joined Ada's account. */
async function invited(role: string): Promise<Customer> {
  const login = { email: `${role}-${crypto.randomUUID()}@example.com`, password: 'correct horse battery' };
  const { token: invitation } = await ada.api.post<{ token: string }>('/v1/invitations', {
    ...{ email: login.email, role },
  });
  await new Api(world.url).post('/v1/signup', { ...login, name: 'Charles', invitation });
  return world.logIn(login);
}

const refused = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'not at all',
    (error: unknown) => (error instanceof ApiProblem ? error.code : String(error)),
  );

const trail = async (query = '', api = ada.api) =>
  (await api.get<{ items: AuditEvent[] }>(`/v1/audit-events?limit=200${query}`)).items;

/** The trail once it has so many entries and knows what came of each. */
const settled = (entries: number) =>
  eventually(async () => {
    const items = await trail();
    expect(items.map(({ outcome, action }) => `${outcome} ${action}`)).toHaveLength(entries);
    expect(items.filter(({ outcome }) => outcome === 'unknown')).toEqual([]);
    return items;
  });

const ENTRIES = 10;

test('the trail shows who did what, or was not let, from where', async () => {
  const items = await settled(ENTRIES);
  const [launch, suspend, pause, rename, ...before] = items;
  const person = { kind: 'user', name: 'Ada' };
  expect(launch).toMatchObject({ action: 'launchServer', outcome: 'denied', code: 'account_suspended' });
  expect(suspend).toMatchObject({
    ...{ action: 'suspendAccount', outcome: 'done', target: { type: 'account', id: accountId } },
    actor: { kind: 'staff', name: staffAddress.split('@')[0] },
  });
  expect(pause).toMatchObject({
    ...{ action: 'pauseServer', outcome: 'denied', status: 403, code: 'forbidden' },
    ...{ actor: { kind: 'user', name: 'Charles' }, target: { type: 'server', id: serverId } },
  });
  expect(rename).toMatchObject({
    ...{ action: 'updateServer', outcome: 'done', actor: person, changes: { name: 'Borealis' } },
    target: { type: 'server', id: serverId },
  });
  expect(before.map(({ action, outcome, actor }) => `${outcome} ${action} ${actor.name}`)).toEqual([
    'done launchServer Ada',
    'done logIn Charles',
    'done signUp Charles',
    'done createInvitation Ada',
    'done logIn Ada',
    'done signUp Ada',
  ]);
  // Accounts is not told where a sign-up comes from.
  for (const { address } of items.filter(({ action }) => action !== 'signUp'))
    expect(address).toMatch(/^(?:127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)$/);
  expect(items.filter(({ requestId }) => requestId === null)).toEqual([]);
  const text = JSON.stringify(items);
  expect(text).not.toContain(staffAddress);
  expect(text).not.toMatch(/correct horse|br[sti]_/);
});

test('it is found by who, what and how it went', async () => {
  await settled(ENTRIES);
  const { user } = await viewer.api.get<Me>('/v1/me');
  expect(await trail(`&actor=${user.id}&outcome=denied`)).toMatchObject([{ action: 'pauseServer' }]);
  expect(await trail('&action=updateServer')).toHaveLength(1);
  expect(await trail('&to=2020-01-01T00:00:00Z')).toEqual([]);
});

test('it is for owners and admins, and for no neighbour', async () => {
  expect(await refused(trail('', viewer.api))).toBe('forbidden');
  expect(await refused(trail('', staff))).toBe('forbidden');
  const neighbours = await trail('', (await world.customer()).api);
  expect(neighbours.map(({ action }) => action)).toEqual(['logIn', 'signUp']);
});

describe('as a file', () => {
  const download = async (query: string) => {
    const response = await fetch(`${world.url}/v1/audit-events/export${query}`, {
      headers: { authorization: `Bearer ${ada.api.token}` },
    });
    return { name: response.headers.get('content-disposition'), text: await response.text() };
  };

  test('it has every entry', async () => {
    const items = await settled(ENTRIES);
    const json = await download('');
    expect(JSON.parse(json.text)).toEqual(items);
    const csv = await download('?format=csv');
    expect(csv.name).toMatch(/filename="audit-trail-\d{4}-\d\d-\d\d\.csv"/);
    const lines = csv.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(ENTRIES + 1);
    expect(lines[4]).toContain(`,updateServer,server,${serverId},done,200,,`);
  });

  test('a name that a spreadsheet would calculate is none', async () => {
    await staff.post(`/v1/admin/accounts/${accountId}/reinstate`);
    await ada.api.patch('/v1/me', { name: '=1+1' });
    await ada.api.patch(`/v1/servers/${serverId}`, { name: 'Cassini' });
    await settled(ENTRIES + 3);
    expect((await download('?format=csv')).text).toContain(",'=1+1,updateServer,");
  });
});

test('staff see the trail of an account, which tells so, and what they did in all of them', async () => {
  const list = async (query: string) =>
    (await staff.get<{ items: AccountAuditEvent[] }>(`/v1/admin/audit-events${query}`)).items;
  expect((await list(`?account=${accountId}&action=updateServer`))[0]).toMatchObject({
    ...{ accountId, changes: { name: 'Cassini' } },
  });
  const deeds = await eventually(async () => {
    const [newest, ...others] = await list('');
    expect(newest).toMatchObject({ action: 'listAccountAuditEvents', accountId });
    return others;
  });
  expect(deeds.map(({ action, accountId: whose }) => [action, whose === accountId])).toEqual([
    ['reinstateAccount', true],
    ['suspendAccount', true],
    ['logIn', false],
  ]);
});

test('a service that is killed loses nothing of it', async () => {
  const entries = (await settled(ENTRIES + 4)).length;
  world.kill('accounts');
  // Accounts is asked who calls: it is back by the time this is done.
  await eventually(() => ada.api.patch(`/v1/servers/${serverId}`, { name: 'Delta' }), { within: 20_000 });
  await eventually(
    async () => {
      const items = await trail('&action=updateServer&outcome=done');
      expect(items[0]).toMatchObject({ changes: { name: 'Delta' } });
    },
    { within: 20_000 },
  );
  expect((await trail()).length).toBeGreaterThan(entries);
}, 60_000);
