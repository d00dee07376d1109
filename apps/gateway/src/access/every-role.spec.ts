import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Role, routes, type Route } from '@berth/contracts';
import { broker, type TestBroker } from '@berth/testing';
import { accessPage } from '../fixtures/access-page.ts';
import { GatewayUnderTest, type Call } from '../fixtures/gateway-under-test.ts';
import { pathOf } from '../fixtures/paths.ts';
import { pages } from '../pages/pages.ts';

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const served = [...Object.values<Route>(routes), ...Object.values<Route>(pages)];
const page = accessPage();

/** Who comes, with what, and the column of the page that is theirs. */
const CALLERS: { who: string; column: string; call: Call }[] = [
  { who: 'nobody', column: 'nobody', call: {} },
  { who: 'somebody with a token that is not known', column: 'nobody', call: { as: 'gone' } },
  ...['Bearer {"$ne":1}', 'Bearer', 'Basic b3duZXI6', 'brt_owner'].map((authorization) => ({
    who: `somebody with the credential ${authorization}`,
    column: 'nobody',
    call: { headers: { authorization } },
  })),
  { who: 'somebody with an empty cookie', column: 'nobody', call: { headers: { cookie: 'berth_session=' } } },
  ...[...Role.options, 'staff'].map((role) => ({ who: role, column: role, call: { as: role } })),
];

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

test('the page has every route and page that is served, each once, and a column for everybody', () => {
  expect(page.map(({ route }) => route).sort()).toEqual(served.map(nameOf).sort());
  for (const { may } of page) expect(Object.keys(may)).toEqual(['nobody', ...Role.options, 'staff']);
});

/** What the API answers to a query that no route takes: behind the guard, before anything is done. */
const LET_IN = { status: 400, code: 'invalid_request' };
const UNKNOWN = { status: 401, code: 'unauthenticated' };
const DENIED = { status: 403, code: 'forbidden' };

describe.each(served.map((route) => [nameOf(route), route] as const))('%s', (name, route) => {
  const target = `${pathOf(route).replaceAll(/[{}]/g, '')}?unknown=1`;

  test.each(CALLERS)('lets in whom the page says: $who', async ({ column, call }) => {
    const { status, body } = await gateway.call(route.method, target, { key: 'key-1', ...call });
    const may = page.find((row) => row.route === name)?.may[column];
    expect({ status, code: body.code }).toEqual(may ? LET_IN : column === 'nobody' ? UNKNOWN : DENIED);
    expect(gateway.services.asked).toEqual([]);
  });
});
