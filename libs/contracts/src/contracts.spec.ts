import { describe, expect, test } from '@jest/globals';
import * as contracts from './index.ts';
import type { MessageContract } from './message.ts';

const messages = Object.values<unknown>(contracts).filter(isMessage);

function isMessage(value: unknown): value is MessageContract {
  return typeof value === 'object' && value !== null && 'kind' in value && 'type' in value;
}

describe('messages', () => {
  test('each has a type of its own', () => {
    const types = messages.map(({ type }) => type);
    expect(types.length).toBeGreaterThan(40);
    expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
  });

  test.each(messages.map((message) => [message.type, message] as const))('%s', (type, message) => {
    expect(type).toMatch(/^berth(\.[a-z]+(-[a-z]+)*){2}\.v[1-9]\d*$/);
    const owner = message.kind === 'event' ? '' : `${message.service}.`;
    expect(type).toContain(`berth.${owner}`);
  });
});

describe('routes', () => {
  const all = Object.values<contracts.Route>(contracts.routes);

  test('each has a method and path of its own', () => {
    const names = all.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(all.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
    const placeholders = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(route.params?.shape ?? {})).toEqual(placeholders);
    expect(route.method === 'GET' && route.body).toBeFalsy();
  });

  test('launching and acting on a server demand an idempotency key', () => {
    const creating = all.filter(({ method, path }) => method === 'POST' && path.startsWith('/v1/servers'));
    expect(creating.map(({ idempotency }) => idempotency)).toEqual(creating.map(() => 'required'));
  });
});

describe('problems', () => {
  const { PROBLEMS, PROBLEMS_WITHOUT_ROUTE, problemsOf, routes } = contracts;
  const answered = new Set<string>([
    ...PROBLEMS_WITHOUT_ROUTE,
    ...Object.values<contracts.Route>(routes).flatMap(problemsOf),
    // GET /readyz is a page of the gateway, not a route of the API.
    'not_ready',
  ]);

  test('each is answered by some route, or before a route is found', () => {
    expect(Object.keys(PROBLEMS).filter((code) => !answered.has(code))).toEqual([]);
  });

  test.each(Object.entries(PROBLEMS))(
    '%s says in sentences what it means and what to do',
    (code, problem) => {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(problem.status).toBeGreaterThanOrEqual(400);
      expect(problem.title).toMatch(/^[A-Z].*[^.]$/);
      expect(problem.advice).toMatch(/^[A-Z].*[.]$/);
    },
  );
});

test.each(Object.entries(contracts.FAILURES))(
  'the failure %s says what it means and what to do',
  (code, failure) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(failure.title).toMatch(/^[A-Z].*[^.]$/);
    expect(failure.advice).toMatch(/^[A-Z].*[.]$/);
  },
);

describe('what a server reports', () => {
  const report = {
    serverId: 'srv_01jq0000000000000000000000',
    instanceId: 'i-0123456789abcdef0',
    bootId: '5f0c1f0e-8f0e-4b3b-8f7e-0d7f0c1f0e8f',
    counter: 1,
    phase: 'ready',
  };

  test('is read, and what it says besides is dropped', () => {
    expect(contracts.AgentReport.parse({ ...report, more: 1 })).toEqual(report);
  });

  test.each([
    ['counter', 0],
    ['counter', '1'],
    ['phase', 'done'],
    ['serverId', { $ne: 1 }],
    ['bootId', ''],
  ])('a %s of %j is refused', (field, value) => {
    expect(contracts.AgentReport.safeParse({ ...report, [field]: value }).success).toBe(false);
  });
});

test.each(['192.0.2.7', '192.0.2.0/24', '0.0.0.0/0', '2001:db8::1', '2001:DB8::/32', '::', '::1/128'])(
  '%s is an address or a network',
  (network) => expect(contracts.Network.parse(network)).toBe(network),
);

test.each([
  ...['', 'office', '192.0.2', '192.0.2.256', '192.0.02.1', '192.0.2.0/33', '192.0.2.0/', '192.0.2.0/08'],
  ...['192.0.2.0/24/8', '192.0.2.7\n', ' 192.0.2.7', '192.0.2.7,::1'],
  ...['2001:db8::/129', '2001:db8:::1', 'fe80::1%eth0', '::ffff:192.0.2.1', '[::1]'],
])('%j is neither', (text) => expect(contracts.Network.safeParse(text).success).toBe(false));
