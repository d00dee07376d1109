import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as contracts from '@berth/contracts';
import {
  Authenticate,
  DecideStanding,
  deadLettersOf,
  GetMe,
  GetServer,
  IssueToken,
  ListAuditEvents,
  nudgeIn,
  PauseServer,
  RemoveMember,
  replayDeadLettersOf,
  SERVICE_NAMES,
  stuckIn,
  TerminateServer,
  type AnyPrincipal,
  type ApiToken,
  type AuditEvent,
  type Me,
  type Member,
  type RequestContract,
} from '@berth/contracts';
import { SignJWT } from 'jose';
import { BusUser } from './bus-user.ts';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let victim: Customer;
let intruder: Customer;
let me: Me;
let own: Me;
let serverId: string;
/** dns, which somebody has taken over: it may write to every queue of requests, and knows everybody's ids. */
let dns: BusUser;

beforeAll(async () => {
  world = await World.start();
  [victim, intruder] = await Promise.all([world.customer(), world.customer()]);
  serverId = (await victim.running()).id;
  [me, own] = await Promise.all([victim.api.get<Me>('/v1/me'), intruder.api.get<Me>('/v1/me')]);
  dns = await BusUser.connect(world.amqpUrlOf('dns'));
});
afterAll(async () => {
  await dns?.close();
  await world?.stop();
});

const REQUESTS = [
  ...Object.values<unknown>(contracts).filter(
    (each): each is RequestContract =>
      typeof each === 'object' && each !== null && 'kind' in each && each.kind === 'request',
  ),
  ...[stuckIn, nudgeIn, deadLettersOf, replayDeadLettersOf].flatMap((of) =>
    SERVICE_NAMES.map<RequestContract>(of),
  ),
].filter(({ permissions }) => !permissions.includes('public'));

/** The code of what comes back, or that it is no problem. */
async function answerTo({ service, type }: RequestContract, data: object, passport?: string) {
  const { outcome, body } = await dns.ask(service, type, data, passport);
  return outcome === 'problem' ? (body as { code: string }).code : outcome;
}
const passportsOf = async (credential: string | null) => {
  const { body } = await dns.ask('accounts', Authenticate.type, { credential });
  return Authenticate.reply.parse(body).passports ?? {};
};

const actor = () => ({ kind: 'user' as const, id: me.user.id });
const asVictim = (): AnyPrincipal => ({
  userId: me.user.id,
  accountId: me.account.id,
  role: 'owner',
  actor: actor(),
});
const inNameOfVictim = (): [RequestContract, object][] => [
  [GetServer, { accountId: me.account.id, serverId }],
  [PauseServer, { accountId: me.account.id, actor: actor(), serverId }],
  [TerminateServer, { accountId: me.account.id, actor: actor(), serverId }],
  [IssueToken, { accountId: me.account.id, userId: me.user.id, name: 'back door' }],
  [
    RemoveMember,
    { accountId: me.account.id, userId: me.user.id, memberId: me.user.id.replace('usr', 'mem') },
  ],
  [ListAuditEvents, { accountId: me.account.id, limit: 1 }],
  [GetMe, { accountId: me.account.id, userId: me.user.id }],
  [DecideStanding, { accountId: me.account.id, status: 'suspended' }],
];

describe('a service that was taken over asks the others', () => {
  test('without a passport: none of all that there is to ask is answered', async () => {
    expect(REQUESTS.length).toBeGreaterThan(60);
    const answers = await Promise.all(
      REQUESTS.map(async (contract) => [contract.type, await answerTo(contract, {})]),
    );
    expect(answers.filter(([, answer]) => answer !== 'dependency_unavailable')).toEqual([]);
  });

  test('with passports that it has signed itself', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const staff: AnyPrincipal = { ...asVictim(), role: 'staff' };
    for (const [contract, data] of inNameOfVictim()) {
      for (const who of [asVictim(), staff]) {
        const passport = await new SignJWT({ ...who })
          .setProtectedHeader({ alg: 'EdDSA', typ: 'berth-passport+jwt' })
          .setIssuer('berth/accounts')
          .setAudience(contract.service)
          .setIssuedAt()
          .setExpirationTime('1m')
          .sign(privateKey);
        expect([contract.type, await answerTo(contract, data, passport)]).toEqual([
          contract.type,
          'dependency_unavailable',
        ]);
      }
    }
  });

  test('with a passport of its own account', async () => {
    const passports = await passportsOf(intruder.api.token);
    for (const [contract, data] of inNameOfVictim()) {
      expect([contract.type, await answerTo(contract, data, passports[contract.service])]).toEqual([
        contract.type,
        'forbidden',
      ]);
    }
  });

  test('with one that is for another service', async () => {
    const passports = await passportsOf(intruder.api.token);
    const mine = { accountId: own.account.id, userId: own.user.id };
    expect(await answerTo(GetMe, mine, passports['dns'])).toBe('dependency_unavailable');
    expect(await answerTo(GetMe, mine, passports['accounts'])).toBe('answer');
  });
});

test('and nothing has changed', async () => {
  expect((await victim.server(serverId)).status).toBe('running');
  expect(await victim.api.get<Me>('/v1/me')).toEqual(me);
  expect((await victim.api.get<{ items: ApiToken[] }>('/v1/tokens')).items).toEqual([]);
  expect((await victim.api.get<{ items: Member[] }>('/v1/members')).items).toHaveLength(1);
  const { items } = await victim.api.get<{ items: AuditEvent[] }>('/v1/audit-events');
  const known = ['signUp', 'logIn', 'launchServer'];
  expect(items.filter(({ action }) => !known.includes(action))).toEqual([]);
  expect(await world.deadLetters()).toEqual({});
});
