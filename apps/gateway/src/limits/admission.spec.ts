import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Authenticate, GetOperation, ListServers, PauseServer, TerminateServer } from '@berth/contracts';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import * as sample from '../fixtures/samples.ts';

let bus: TestBroker;
let gateway: GatewayUnderTest;
/** Lets the services answer what they were asked. */
let answer: () => void;
let answered: Promise<void>;

beforeAll(async () => {
  bus = await broker();
  gateway = await GatewayUnderTest.start(bus.url, {
    BERTH_REQUESTS_AT_ONCE_PER_ACCOUNT: '4',
    BERTH_REQUESTS_AT_ONCE: '8',
  });
  const { services } = gateway;
  services.answer(Authenticate, ({ credential }) => ({
    principal: {
      ...sample.principal('owner'),
      accountId: ACCOUNTS[credential] ?? sample.ids.account,
    },
  }));
  const held =
    <Answer>(reply: Answer) =>
    () =>
      answered.then(() => reply);
  services.answer(PauseServer, held(sample.accepted));
  services.answer(TerminateServer, held(sample.accepted));
  services.answer(ListServers, held({ items: [], nextCursor: null }));
  services.answer(GetOperation, held(sample.operation));
});
afterAll(async () => {
  await gateway?.stop();
  await bus?.stop();
});
beforeEach(() => {
  answered = new Promise((resolve) => (answer = resolve));
  gateway.services.asked.length = 0;
});

const ACCOUNTS: Record<string, string> = {
  brt_other: 'acc_01jqz3m8k4f0000000000000zz',
  brt_third: 'acc_01jqz3m8k4f0000000000000zy',
};
const SERVER = `/v1/servers/${sample.server.id}`;
const pause = (as = 'owner') =>
  gateway.call('POST', `${SERVER}/actions/pause`, { as, key: crypto.randomUUID(), body: {} });
const list = (as = 'owner') => gateway.call('GET', '/v1/servers', { as });
const terminate = (as = 'owner') => gateway.call('DELETE', SERVER, { as });
const wait = () => gateway.call('GET', `/v1/operations/${sample.operation.id}?wait=30`, { as: 'owner' });

/** Sends it, and resolves when the service has been asked. */
async function underWay<Answer>(send: () => Promise<Answer>) {
  const before = gateway.services.asked.length;
  const sent = send();
  await eventually(() => expect(gateway.services.asked.length).toBeGreaterThan(before));
  return { sent };
}

async function fill(
  send: () => Promise<{ status: number }>,
  count: number,
): Promise<Promise<{ status: number }>[]> {
  const sent = [];
  for (let number = 0; number < count; number++) sent.push((await underWay(send)).sent);
  return sent;
}

describe('what is under way at once', () => {
  test('is bounded for an account: no more orders, but still reads, and removals last of all', async () => {
    const sent = await fill(pause, 2);
    const refused = await pause();
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    sent.push(...(await fill(list, 1)));
    expect((await list()).status).toBe(429);
    sent.push(...(await fill(terminate, 1)));
    expect((await terminate()).status).toBe(429);
    answer();
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([202, 202, 200, 202]);
    await eventually(async () => expect((await pause()).status).toBe(202));
  });

  test('is bounded for all, and a place is left for who has nothing under way', async () => {
    const sent = [...(await fill(pause, 2)), ...(await fill(() => pause('other'), 2))];
    sent.push(...(await fill(() => pause('third'), 1)));
    expect(await pause('third')).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    sent.push(
      ...(await fill(list, 1)),
      ...(await fill(terminate, 1)),
      ...(await fill(() => terminate('other'), 1)),
    );
    expect(await terminate('other')).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    answer();
    expect((await Promise.all(sent)).every(({ status }) => status < 300)).toBe(true);
  });

  test('leaves out what only waits, which has places of its own', async () => {
    const waits = await fill(wait, 4);
    expect((await wait()).status).toBe(429);
    const sent = await fill(pause, 2);
    answer();
    expect((await Promise.all([...waits, ...sent])).map(({ status }) => status)).toEqual([
      200, 200, 200, 200, 202, 202,
    ]);
  });

  test('keeps the place of a client that went away while its work goes on', async () => {
    const gone = new AbortController();
    const sent = [];
    for (let number = 0; number < 3; number++) {
      sent.push(
        (
          await underWay(() =>
            fetch(`http://127.0.0.1:${gateway.port}/v1/servers`, {
              headers: { authorization: 'Bearer brt_owner' },
              signal: gone.signal,
            }),
          )
        ).sent.catch(() => {}),
      );
    }
    gone.abort();
    await Promise.all(sent);
    expect((await list()).status).toBe(429);
    answer();
    await eventually(async () => expect((await list()).status).toBe(200));
  });
});
