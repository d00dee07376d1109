import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { request, stuckIn, type AnyPrincipal, type Permission, type RequestContract } from '@berth/contracts';
import { logger, startTelemetry, stopTelemetry } from '@berth/telemetry';
import { broker, collector, type Collector, type TestBroker } from '@berth/testing';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { OnRequest } from '../handlers.ts';
import { Requests, type AskOptions } from '../requests.ts';
import { startService } from '../service.fixture.ts';
import { keyIdOf, PassportPublicKeys } from './keys.ts';
import { PassportOffice } from './passport-office.ts';

const Named = z.object({
  accountId: z.string().optional(),
  userId: z.string().optional(),
  sessionId: z.string().optional(),
  actor: z.object({ kind: z.string(), id: z.string() }).optional(),
});
const contractFor = (name: string, permission: Permission | readonly Permission[], others?: string[]) =>
  request(
    'provisioning',
    `berth.provisioning.${name}-spec.v1`,
    Named,
    z.object({ done: z.boolean() }),
    permission,
    others,
  );
const Read = contractFor('read', 'servers:read');
const Write = contractFor('write', 'servers:write');
const Oversee = contractFor('oversee', 'staff:write');
const ReadOrOversee = contractFor('read-or-oversee', ['servers:read', 'staff:read']);
const Switch = contractFor('switch', 'membership:write', ['accountId']);
const Anybody = contractFor('anybody', 'public');

let handled = 0;

@Controller()
class Handlers {
  @OnRequest(Read)
  read() {
    return this.done();
  }

  @OnRequest(Write)
  write() {
    return this.done();
  }

  @OnRequest(Oversee)
  oversee() {
    return this.done();
  }

  @OnRequest(ReadOrOversee)
  readOrOversee() {
    return this.done();
  }

  @OnRequest(Switch)
  switch() {
    return this.done();
  }

  @OnRequest(Anybody)
  anybody() {
    return this.done();
  }

  private done() {
    handled++;
    return { done: true };
  }
}

const id = (prefix: string, last: string) => `${prefix}_${last.padStart(26, '0')}`;
const ada: AnyPrincipal = {
  userId: id('usr', '1'),
  accountId: id('acc', '1'),
  role: 'owner',
  actor: { kind: 'user', id: id('usr', '1') },
  sessionId: id('ses', '1'),
};
const viewer: AnyPrincipal = { ...ada, role: 'viewer' };
const token: AnyPrincipal = {
  ...ada,
  sessionId: undefined,
  actor: { kind: 'token', id: id('tok', '1') },
  scopes: ['read'],
};
const grace: AnyPrincipal = { ...ada, role: 'staff', accountId: id('acc', '0') };
const OTHER = id('acc', '2');

const pair = () => generateKeyPairSync('ed25519');
const [now, next, stranger] = [pair(), pair(), pair()];
const keysOf = (...keys: { publicKey: KeyObject }[]) =>
  PassportPublicKeys.parse(
    keys
      .map(({ publicKey }) => publicKey.export({ format: 'der', type: 'spki' }).toString('base64'))
      .join(', '),
  );
const office = new PassportOffice(now.privateKey);
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);

let rabbit: TestBroker;
let service: INestMicroservice;
let asker: INestMicroservice;
let otlp: Collector;

beforeAll(async () => {
  [rabbit, otlp] = await Promise.all([broker(), collector()]);
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = otlp.url;
  await startTelemetry('provisioning', logger('spec', { write: () => {} }));
  service = await startService({
    service: 'provisioning',
    amqpUrl: rabbit.url,
    passportKeys: keysOf(now, next),
    controllers: [Handlers],
  });
  asker = await startService({ service: 'dns', amqpUrl: rabbit.url });
});
afterAll(async () => {
  await asker?.close();
  await service?.close();
  await stopTelemetry();
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  await otlp?.stop();
  await rabbit?.stop();
});
beforeEach(() => {
  handled = 0;
});

/** The code of what comes back: `done`, or of the problem. */
async function ask(
  contract: RequestContract,
  data: object,
  passport?: string,
  options: AskOptions = {},
): Promise<string> {
  const asked = asker.get(Requests).ask(contract, data, { ...options, passport });
  return asked.then(
    () => 'done',
    (error: { code?: string }) => String(error.code),
  );
}
const asOf = (who: AnyPrincipal) => office.sign(who, 'provisioning');
/** Signed with the right key all the same. */
const signed = (claims: Partial<Record<'typ' | 'aud' | 'iss', string>>, lifetimeSeconds = 60) =>
  new SignJWT({ ...ada })
    .setProtectedHeader({
      alg: 'EdDSA',
      typ: claims.typ ?? 'berth-passport+jwt',
      kid: keyIdOf(now.privateKey),
    })
    .setIssuer(claims.iss ?? 'berth/accounts')
    .setAudience(claims.aud ?? 'provisioning')
    .setIssuedAt()
    .setExpirationTime(new Date(Date.now() + lifetimeSeconds * 1000))
    .sign(now.privateKey);
const unsigned = (text: string) => {
  const [, payload] = text.split('.');
  return `${Buffer.from('{"alg":"none","typ":"berth-passport+jwt"}').toString('base64url')}.${payload}.`;
};
const altered = (text: string) => {
  const [header, payload = '', signature] = text.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const other = Buffer.from(JSON.stringify({ ...claims, accountId: OTHER })).toString('base64url');
  return `${header}.${other}.${signature}`;
};

describe('a request that says for whom it is', () => {
  test.each<[string, RequestContract, AnyPrincipal, object]>([
    ['of its account', Read, ada, { accountId: ada.accountId }],
    [
      'of its caller',
      Write,
      ada,
      { accountId: ada.accountId, userId: ada.userId, sessionId: ada.sessionId, actor: ada.actor },
    ],
    ['of an API token', Read, token, { accountId: ada.accountId, actor: token.actor }],
    ['of staff, about any account', Oversee, grace, { accountId: OTHER }],
    ['that members and staff may make, by staff', ReadOrOversee, grace, { accountId: OTHER }],
    ['that members and staff may make, by a member', ReadOrOversee, viewer, { accountId: ada.accountId }],
    ['that names another account by its nature', Switch, ada, { accountId: OTHER, userId: ada.userId }],
  ])('is answered: one %s', async (_, contract, who, data) => {
    expect(await ask(contract, data, await asOf(who))).toBe('done');
    expect(handled).toBe(1);
  });

  test('is answered without when it is made for nobody', async () => {
    expect(await ask(Anybody, { accountId: OTHER })).toBe('done');
  });

  test('is answered with either key while they are changed', async () => {
    const later = await new PassportOffice(next.privateKey).sign(ada, 'provisioning');
    expect(await ask(Read, { accountId: ada.accountId }, later)).toBe('done');
    expect(await ask(Read, { accountId: ada.accountId }, await asOf(ada))).toBe('done');
  });
});

describe('a passport that shows nothing', () => {
  const expectRefused = async (passport: string | undefined) => {
    expect(await ask(Read, { accountId: ada.accountId }, passport)).toBe('dependency_unavailable');
    expect(handled).toBe(0);
  };

  test('because there is none', () => expectRefused(undefined));

  test.each([
    ['rubbish', 'rubbish'],
    ['nothing', ''],
    ['far too much', 'a'.repeat(3_000)],
  ])('because it is %s', (_, passport) => expectRefused(passport));

  test('because somebody else has signed it', async () => {
    await expectRefused(await new PassportOffice(stranger.privateKey).sign(ada, 'provisioning'));
  });

  test('because its key id is of a key that has not signed it', async () => {
    const text = await new SignJWT({ ...ada })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'berth-passport+jwt', kid: keyIdOf(now.publicKey) })
      .setIssuer('berth/accounts')
      .setAudience('provisioning')
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(stranger.privateKey);
    await expectRefused(text);
  });

  test('because it is signed with the public key as a shared secret', async () => {
    const secret = now.publicKey.export({ format: 'der', type: 'spki' });
    const text = await new SignJWT({ ...ada })
      .setProtectedHeader({ alg: 'HS256', typ: 'berth-passport+jwt', kid: keyIdOf(now.publicKey) })
      .setIssuer('berth/accounts')
      .setAudience('provisioning')
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(secret);
    await expectRefused(text);
  });

  test('because it is not signed', async () => expectRefused(unsigned(await asOf(ada))));
  test('because it has been altered', async () => expectRefused(altered(await asOf(ada))));
  test('because it is for another service', async () => expectRefused(await office.sign(ada, 'billing')));
  test('because it is something else that accounts has signed', async () =>
    expectRefused(await signed({ typ: 'JWT' })));
  test('because another has issued it', async () => expectRefused(await signed({ iss: 'berth/dns' })));
  test('because it is over', async () =>
    expectRefused(await office.sign(ada, 'provisioning', secondsAgo(180))));
  test('because it begins later', async () =>
    expectRefused(await office.sign(ada, 'provisioning', secondsAgo(-60))));

  test('because it is older than passports may be, though it says that it is good for a year', async () => {
    const text = await new SignJWT({ ...ada })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'berth-passport+jwt', kid: keyIdOf(now.publicKey) })
      .setIssuer('berth/accounts')
      .setAudience('provisioning')
      .setIssuedAt(secondsAgo(3_600))
      .setExpirationTime('1y')
      .sign(now.privateKey);
    await expectRefused(text);
  });

  test('no longer, although it was believed before', async () => {
    const text = await asOf(ada);
    expect(await ask(Read, { accountId: ada.accountId }, text)).toBe('done');
    handled = 0;
    const later = Date.now() + 200_000;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => later);
    await expectRefused(text).finally(() => clock.mockRestore());
  });
});

describe('a passport that does not allow it', () => {
  test.each<[string, RequestContract, AnyPrincipal, object]>([
    ['a role that may not', Write, viewer, { accountId: ada.accountId }],
    ['a token without the scope', Write, token, { accountId: ada.accountId }],
    ['a member, of what is for staff', Oversee, ada, { accountId: ada.accountId }],
    ['staff, of what is for members', Read, grace, { accountId: grace.accountId }],
    ['a member, about another account', Read, ada, { accountId: OTHER }],
    ['a member, about another account, where staff may', ReadOrOversee, ada, { accountId: OTHER }],
    ['in the name of another user', Read, ada, { accountId: ada.accountId, userId: id('usr', '2') }],
    ['about another session', Read, ada, { sessionId: id('ses', '2') }],
    ['with a session, of who has none', Read, token, { sessionId: ada.sessionId }],
    ['by another actor', Read, token, { accountId: ada.accountId, actor: ada.actor }],
  ])('%s', async (_, contract, who, data) => {
    expect(await ask(contract, data, await asOf(who))).toBe('forbidden');
    expect(handled).toBe(0);
  });

  test.each<[string, AskOptions]>([
    ['account', { accountId: OTHER }],
    ['actor', { actor: { kind: 'user', id: id('usr', '2') } }],
  ])('an envelope that names another %s', async (_, options) => {
    expect(await ask(Read, { accountId: ada.accountId }, await asOf(ada), options)).toBe('forbidden');
  });
});

test('what every service answers by itself is checked like the rest', async () => {
  const stuck = stuckIn('provisioning');
  expect(await ask(stuck, { limit: 1 })).toBe('dependency_unavailable');
  expect(await ask(stuck, { limit: 1 }, await asOf(ada))).toBe('forbidden');
  expect(await ask(stuck, { limit: 1 }, await asOf(grace))).toBe('done');
});

test('refusals are counted by their reason', async () => {
  await ask(Read, { accountId: ada.accountId });
  await stopTelemetry();
  const counted = otlp.metrics
    .filter(({ name }) => name === 'berth.bus.request.refusals')
    .flatMap(({ points }) => points.map(({ attributes }) => String(attributes['reason'])));
  expect(new Set(counted)).toEqual(
    new Set(['missing', 'forged', 'expired', 'insufficient', 'names_another']),
  );
});
