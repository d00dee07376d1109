import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { BeginSession, ChangePassword } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import * as sample from '../fixtures/samples.ts';
import { LogInBreaker } from './log-in-breaker.ts';

describe('the breaker of log-ins', () => {
  let now: number;
  let breaker: LogInBreaker;
  let asked: number;
  const letIn = () => breaker.run(async () => ++asked);
  const refused = () =>
    breaker.run(() => {
      asked++;
      throw problem('overloaded');
    });

  beforeEach(() => {
    now = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    breaker = new LogInBreaker();
    asked = 0;
  });

  test('refuses for a tenth of a second when one was too many, and lets the first through that comes then', async () => {
    await letIn();
    await expect(refused()).rejects.toMatchObject({ code: 'overloaded' });
    now += 99;
    await expect(letIn()).rejects.toMatchObject({ code: 'overloaded', status: 503 });
    expect(asked).toBe(2);
    now += 1;
    expect(await letIn()).toBe(3);
    expect(await letIn()).toBe(4);
  });

  test('is not kept open by those it refuses', async () => {
    await expect(refused()).rejects.toThrow();
    for (let n = 0; n < 10; n++) {
      now += 9;
      await expect(letIn()).rejects.toThrow();
    }
    now += 10;
    expect(await letIn()).toBe(2);
  });

  test('leaves alone what is under way', async () => {
    const { promise: answer, resolve } = Promise.withResolvers<string>();
    const early = breaker.run(() => answer);
    await expect(refused()).rejects.toThrow();
    resolve('let in');
    expect(await early).toBe('let in');
  });

  test.each(['wrong_credentials', 'too_many_attempts', 'dependency_unavailable'] as const)(
    'does not mind %s',
    async (code) => {
      await expect(breaker.run(() => Promise.reject(problem(code)))).rejects.toMatchObject({ code });
      expect(await letIn()).toBe(1);
    },
  );
});

describe('while accounts has more log-ins than it can look at', () => {
  let bus: TestBroker;
  let gateway: GatewayUnderTest;
  let isOverloaded: boolean;

  beforeAll(async () => {
    bus = await broker();
    gateway = await GatewayUnderTest.start(bus.url);
    gateway.services.answer(BeginSession, () => {
      if (isOverloaded) throw problem('overloaded');
      return sample.session;
    });
    gateway.services.answer(ChangePassword, () => ({}));
  });
  afterAll(async () => {
    await gateway?.stop();
    await bus?.stop();
  });
  beforeEach(() => {
    gateway.services.asked.length = 0;
    isOverloaded = true;
  });

  const logIn = () =>
    gateway.call('POST', '/v1/sessions', { body: { email: 'ada@example.com', password: 'correct horse' } });
  const askedFor = ({ type }: { type: string }) =>
    gateway.services.asked.filter((request) => request.type === type).length;

  test('it is asked ten times a second at most, and all are told to come again', async () => {
    const beganAt = performance.now();
    for (let n = 0; n < 100; n++) {
      const refused = await logIn();
      expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } });
      expect(refused.headers.get('retry-after')).toBe('1');
    }
    const most = Math.floor((performance.now() - beganAt) / 100) + 1;
    expect(askedFor(BeginSession)).toBeLessThanOrEqual(most);
    expect(askedFor(BeginSession)).toBeGreaterThan(0);
  });

  test('whoever tries on is let in as soon as it can', async () => {
    expect((await logIn()).status).toBe(503);
    isOverloaded = false;
    await eventually(async () => expect((await logIn()).status).toBe(201));
    expect((await logIn()).status).toBe(201);
  });

  test('who is logged in notices nothing, whatever they do about their password', async () => {
    for (let n = 0; n < 20; n++) {
      expect((await logIn()).status).toBe(503);
      const changed = await gateway.call('POST', '/v1/me/password', {
        as: 'session',
        body: { currentPassword: 'correct horse', newPassword: 'a stapler, a horse' },
      });
      expect(changed.status).toBeLessThan(300);
    }
    expect(askedFor(ChangePassword)).toBe(20);
  });
});
