import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import {
  AccessEnded,
  AccountChanged,
  Authenticate,
  DEFAULT_QUOTA,
  GetMe,
  LogOut,
  MemberChanged,
  RevokeToken,
  type EventContract,
  type ReplyOf,
} from '@berth/contracts';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import * as sample from '../fixtures/samples.ts';

type Answer = ReplyOf<typeof Authenticate>;

const owner = sample.principal('owner');
const tokenId = owner.actor.id ?? '';

let bus: TestBroker;
let gateway: GatewayUnderTest;
let other: GatewayUnderTest;
const accounts = jest.fn<() => Answer | Promise<Answer>>();

beforeAll(async () => {
  bus = await broker();
  gateway = await GatewayUnderTest.start(bus.url);
  other = await GatewayUnderTest.start(bus.url, {}, { services: false });
  gateway.services.answer(Authenticate, () => accounts());
});
afterAll(async () => {
  await other?.stop();
  await gateway?.stop();
  await bus?.stop();
});

let credentials = 0;
let as: string;
beforeEach(() => {
  // Another caller in each test: what is kept of the last one's does not matter.
  as = `caller${credentials++}`;
  gateway.services.forget();
  gateway.services.answer(GetMe, () => sample.me);
  accounts.mockReset().mockReturnValue({ principal: owner });
});

const statusAt = async (at: GatewayUnderTest) => (await at.call('GET', '/v1/me', { as })).status;
const isOver = () => accounts.mockReturnValue({ principal: null });

function broadcast({ type }: EventContract, data: object): Promise<void> {
  const headers = { 'cloudEvents:id': `msg_${type}`, 'cloudEvents:type': type };
  return bus.publish('berth.events', type, JSON.stringify(data), { headers });
}

test('accounts is asked once for many requests', async () => {
  await Promise.all(Array.from({ length: 20 }, () => statusAt(gateway)));
  expect(await statusAt(gateway)).toBe(200);
  expect(accounts).toHaveBeenCalledTimes(1);
});

test('accounts is asked again before what is believed is over, and nobody waits for it', async () => {
  expect(await statusAt(gateway)).toBe(200);
  const { promise, resolve } = Promise.withResolvers<Answer>();
  accounts.mockReturnValueOnce(promise);
  // Who comes meanwhile is answered before accounts is.
  await eventually(async () => {
    expect(await statusAt(gateway)).toBe(200);
    expect(accounts).toHaveBeenCalledTimes(2);
  });
  isOver();
  resolve({ principal: null });
  await eventually(async () => expect(await statusAt(gateway)).toBe(401), { within: 1_000 });
});

test('an answer to the second question is not kept when access has ended meanwhile', async () => {
  gateway.services.answer(RevokeToken, () => ({}));
  expect(await statusAt(gateway)).toBe(200);
  const { promise, resolve } = Promise.withResolvers<Answer>();
  accounts.mockReturnValueOnce(promise);
  await eventually(async () => {
    expect(await statusAt(gateway)).toBe(200);
    expect(accounts).toHaveBeenCalledTimes(2);
  });
  isOver();
  await gateway.call('DELETE', `/v1/tokens/${tokenId}`, { as });
  resolve({ principal: owner });
  expect(await statusAt(gateway)).toBe(401);
});

test('a refusal is not kept', async () => {
  isOver();
  expect(await statusAt(gateway)).toBe(401);
  accounts.mockReturnValue({ principal: owner });
  expect(await statusAt(gateway)).toBe(200);
});

test('a failure of accounts is not kept', async () => {
  accounts.mockRejectedValueOnce(new Error('broken'));
  expect(await statusAt(gateway)).toBe(500);
  expect(await statusAt(gateway)).toBe(200);
});

test('a token is refused at once where it was revoked', async () => {
  gateway.services.answer(RevokeToken, () => ({}));
  expect(await statusAt(gateway)).toBe(200);
  isOver();
  await gateway.call('DELETE', `/v1/tokens/${tokenId}`, { as });
  expect(await statusAt(gateway)).toBe(401);
});

test('a session is refused at once where it was logged out', async () => {
  gateway.services.answer(LogOut, () => ({}));
  accounts.mockReturnValue({ principal: { ...owner, sessionId: 'ses_1' } });
  expect(await statusAt(gateway)).toBe(200);
  isOver();
  await gateway.call('DELETE', '/v1/sessions/current', { as });
  expect(await statusAt(gateway)).toBe(401);
});

test('a token revoked elsewhere is refused as soon as that is broadcast', async () => {
  expect(await statusAt(other)).toBe(200);
  isOver();
  expect(await statusAt(other)).toBe(200);
  await broadcast(AccessEnded, { accountId: owner.accountId, credentialId: tokenId });
  await eventually(async () => expect(await statusAt(other)).toBe(401), { within: 2_000 });
});

test('a token revoked elsewhere is refused within 5 s when the broadcast is lost', async () => {
  expect(await statusAt(other)).toBe(200);
  isOver();
  await eventually(async () => expect(await statusAt(other)).toBe(401), { within: 6_000 });
});

test('a change of an account ends what was believed of its members', async () => {
  expect(await statusAt(other)).toBe(200);
  isOver();
  await broadcast(AccountChanged, {
    accountId: owner.accountId,
    sequence: 2,
    status: 'closed',
    quota: DEFAULT_QUOTA,
    at: new Date().toISOString(),
  });
  await eventually(async () => expect(await statusAt(other)).toBe(401), { within: 2_000 });
});

test('a change of a member ends what was believed of all of the account', async () => {
  expect(await statusAt(other)).toBe(200);
  isOver();
  await broadcast(MemberChanged, { accountId: owner.accountId, userId: owner.userId, role: null });
  await eventually(async () => expect(await statusAt(other)).toBe(401), { within: 2_000 });
});

test('an answer on its way when access ends is not kept', async () => {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  accounts.mockReturnValueOnce(promise);
  const early = statusAt(gateway);
  await eventually(() => expect(accounts).toHaveBeenCalled());
  gateway.services.answer(RevokeToken, () => ({}));
  await gateway.call('DELETE', `/v1/tokens/${tokenId}`, { as: 'somebody-else' });
  resolve({ principal: owner });
  await early;
  isOver();
  expect(await statusAt(gateway)).toBe(401);
});

test('a credential that expires is refused from then on', async () => {
  const expiresAt = new Date(Date.now() + 500).toISOString();
  accounts.mockReturnValue({ principal: owner, expiresAt });
  expect(await statusAt(gateway)).toBe(200);
  await eventually(async () => expect(await statusAt(gateway)).toBe(401), { within: 2_000 });
  expect(accounts).toHaveBeenCalledTimes(1);
});

test('nothing is believed any more after the bus was lost: a broadcast may have been missed', async () => {
  expect(await statusAt(gateway)).toBe(200);
  isOver();
  bus.killConnections();
  await eventually(async () => expect(await statusAt(gateway)).toBe(401), { within: 4_000 });
});
