import { routes, type AuditEvent, type Route } from '@berth/contracts';
import { EventClient, eventually } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Customer } from './customer.ts';
import { Client, type Answered } from './every-route/client.ts';
import { operationsOf, type Operation } from './every-route/document.ts';
import { idKind, idsIn, Known } from './every-route/known.ts';
import { withoutOwnWords } from './every-route/own-words.ts';
import { ownParts, placesOf, withNamed, type Belongings, type Place } from './every-route/places.ts';
import { requestOf, type Parts } from './every-route/request.ts';
import { World } from './world.ts';

/**
 * Each route, asked by one customer about what is another's, at every place where a request can name something. To name the
 * tests; the places are read from the document of the running gateway.
 */
const those = (wanted: (route: Route) => boolean): string[] =>
  Object.entries<Route>(routes).flatMap(([name, route]) => (wanted(route) ? [name] : []));
const isForStaff = ({ path }: Route) => path.startsWith('/v1/admin/');
const forStaff = those(isForStaff);
const forCustomers = those((route) => !isForStaff(route));
const reads = those((route) => !isForStaff(route) && route.method === 'GET');
const ofOneThing = those((route) => !isForStaff(route) && route.path.includes('{id}'));

let world: World;
let client: Client;
let operations: Map<string, Operation>;
let ada: Customer;
let grace: Customer;
let hers: Belongings;
let graces: Belongings;
let before: string;

beforeAll(async () => {
  world = await World.start({ env: { BERTH_SIM_BOOT_SECONDS: '0.2', BERTH_SIM_SPEED: '50' } });
  client = new Client(world.url);
  const document = (await (await fetch(`${world.url}/v1/openapi.json`)).json()) as Record<string, unknown>;
  operations = operationsOf(document);
  await world.nearEndOfMonth();
  [ada, grace] = await Promise.all([world.customer(), world.customer()]);
  await invoiced(ada, grace);
  hers = await settled(ada, { name: 'Hers alone', hostname: 'hers-alone', tags: { of: 'ada' } });
  graces = await settled(grace, { name: 'Of Grace', hostname: 'of-grace', tags: { of: 'grace' } });
  before = await everythingOf(ada, hers);
}, 120_000);

afterAll(async () => {
  client?.close();
  await world?.stop();
}, 60_000);

/** Each has a server for a moment, and an invoice for it. */
async function invoiced(...customers: Customer[]): Promise<void> {
  for (const customer of customers) {
    const { id } = await customer.running();
    await customer.succeeded(await customer.terminate(id));
  }
  await world.closeMonthOf(...customers);
}

/** What the trail tells of it. */
const SETTLING = [
  ...['signUp', 'logIn', 'launchServer', 'terminateServer', 'closeMonth'],
  ...['launchServer', 'launchServer', 'pauseServer'],
  ...['createToken', 'createToken', 'createInvitation'],
].toSorted();

/** Gives a customer two servers, of which one was paused and so has usage, two tokens, and an invitation that is open. */
async function settled(
  customer: Customer,
  named: { name: string; hostname: string; tags: Record<string, string> },
): Promise<Belongings> {
  const server = await customer.running(named);
  await customer.succeeded(await customer.act((await customer.running()).id, 'pause'));
  const { api } = customer;
  for (const name of ['first', 'second']) await api.post('/v1/tokens', { name });
  const invited = { email: `guest-of-${named.hostname}@example.com`, role: 'viewer' };
  const { token: invitation } = await api.post<{ token: string }>('/v1/invitations', invited);
  const known = new Known();
  // All that was done is told, and what came of it.
  await eventually(async () => {
    const { items } = await api.get<{ items: AuditEvent[] }>('/v1/audit-events?limit=200');
    const done = items.filter(({ outcome }) => outcome === 'done').map(({ action }) => action);
    expect(done.toSorted()).toEqual(SETTLING);
  });
  const people = ['/v1/members', '/v1/invitations', '/v1/sessions'];
  const lists = ['/v1/me', '/v1/tokens', '/v1/servers', '/v1/operations', '/v1/invoices', ...people];
  for (const path of lists) known.learn(JSON.stringify(await api.get(path)));
  const text = `of:${named.tags['of']}`;
  return {
    id: (kind) => {
      const id = kind === 'srv' ? server.id : known.pick(kind, 0);
      if (id === undefined) throw new Error(`The customers of this spec have no ${kind}_…: give them one`);
      return id;
    },
    texts: {
      'path name': named.hostname,
      'query q': named.name,
      'query tag': text,
      'query cursor': server.id,
      'body invitation': invitation,
    },
  };
}

async function sent(operation: Operation, { api }: Customer, parts: Parts): Promise<Answered> {
  const headers = { ...parts.headers, Authorization: `Bearer ${api.token}` };
  return client.send(requestOf(operation, { ...parts, headers }));
}

const operationOf = (name: string): Operation => {
  const operation = operations.get(name);
  if (!operation) throw new Error(`The running gateway does not describe ${name}`);
  return operation;
};

/** Grow by themselves. */
const GROWING = ['usage', 'costs', 'events', 'exportAccount'];
/** What says only when it was last looked at, or is made up anew at each look. */
const OF_THE_MOMENT = /"(?:asOf|last\w*At|proposal)":(?:"[^"]*"|null)/g;

/** All that a customer can read and only its own doing changes. */
async function everythingOf(customer: Customer, belongings: Belongings): Promise<string> {
  const answers = reads
    .filter((name) => !GROWING.includes(name))
    .map(async (name) => {
      const operation = operationOf(name);
      const { status, text } = await sent(operation, customer, ownParts(operation, belongings));
      if (status !== 200) throw new Error(`${operation.id} of what is one's own: ${status} ${text}`);
      return `${operation.id}: ${text.replaceAll(OF_THE_MOMENT, '')}`;
    });
  return (await Promise.all(answers)).join('\n');
}

/** Where the next page of Ada's list begins, if it has one. */
async function cursorOfHers(operation: Operation): Promise<string | undefined> {
  const parts = withNamed(ownParts(operation, hers), { in: 'query', name: 'limit' }, '1');
  const { text } = await sent(operation, ada, parts);
  return /"nextCursor":"([^"]+)"/.exec(text)?.[1];
}

const ABSENT = '_01h455vb4pex5vsknk084sn02q';

/** What is wrong with the answer to Grace about what is Ada's, in words; none when she learns and does nothing. */
async function wrongAt(operation: Operation, place: Place): Promise<string[]> {
  // A request of its own each time: with the key of another it would be refused for that.
  const ask = (value: string) => sent(operation, grace, withNamed(ownParts(operation, graces), place, value));
  const isCursor = place.in === 'query' && place.name === 'cursor';
  const value = (isCursor ? await cursorOfHers(operation) : undefined) ?? place.hers;
  const answered = await ask(value);
  const at = `${operation.id}, ${place.in} ${place.name}: ${answered.status} ${answered.text.slice(0, 500)}`;
  if (place.in === 'query') return isEmptyList(answered, { isCursor }) ? [] : [`${at} is no empty list`];
  // Names are everybody's: that one is taken may be known, whose it is may not.
  if (place.kind === undefined) return showsHers(answered) ? [`${at} shows what is hers`] : [];
  const absent = await ask(`${place.kind}${ABSENT}`);
  if (answered.status !== 404) return [`${at} is no 404`];
  return likeness(answered) === likeness(absent) ? [] : [`${at} tells it from ${absent.text}`];
}

const showsHers = ({ text }: Answered): boolean => idsIn(before).some((id) => text.includes(id));

function isEmptyList(answered: Answered, { isCursor }: { isCursor: boolean }): boolean {
  const { status, text } = answered;
  // Her place in the list may be no place in Grace's.
  if (isCursor) return status === 200 ? !showsHers(answered) : text.includes('"code":"invalid_cursor"');
  // What a stream carries, the test of streams sees.
  if (text === '') return status === 200;
  return status === 404 || (status === 200 && !showsHers(answered) && text.includes('"items":[]'));
}

/** An answer without what is in no two of them the same, and without what was asked for. */
const likeness = ({ status, text }: Answered): string =>
  `${status} ${text.replaceAll(/"(?:requestId|instance)":"[^"]*"/g, '')}`;

test('the running gateway describes the routes that are tested here', () => {
  expect([...operations.keys()].sort()).toEqual(Object.keys(routes).sort());
});

describe("what is Ada's, asked for by Grace", () => {
  test.each(forCustomers)('%s: 404 or an empty list', async (name) => {
    const operation = operationOf(name);
    const wrong: string[] = [];
    for (const place of placesOf(operation, hers)) wrong.push(...(await wrongAt(operation, place)));
    expect(wrong).toEqual([]);
  });

  test.each(reads)("%s: nothing of hers in what is Grace's", async (name) => {
    const operation = operationOf(name);
    const answered = await sent(operation, grace, ownParts(operation, graces));
    expect(answered.status).toBe(200);
    expect(showsHers({ ...answered, text: withoutOwnWords(operation, answered.text) })).toBe(false);
  });

  test.each(forStaff)('%s: 403, for it is for staff', async (name) => {
    const operation = operationOf(name);
    const kind = idKind(operation.parameters.find((each) => each.name === 'id')?.schema['pattern']) ?? 'srv';
    const id = ['acc', 'srv'].includes(kind) ? hers.id(kind) : `${kind}${ABSENT}`;
    const nested = { creditId: `crd${ABSENT}`, voidId: `vod${ABSENT}`, invoiceId: `inv${ABSENT}`, n: '1' };
    const path = { id, service: 'billing', ...nested };
    const parts = { path, query: [], headers: {}, body: undefined };
    const { status, text } = await sent(operation, grace, parts);
    expect({ status, text }).toEqual({ status: 403, text: expect.stringContaining('"code":"forbidden"') });
  });

  test('all is as it was', async () => {
    expect(await everythingOf(ada, hers)).toBe(before);
  });

  test('streams carry nothing of hers, whatever they name', async () => {
    const opened: EventClient[] = [];
    const follow = async ({ api }: Customer, query = '', headers: Record<string, string> = {}) => {
      const authorization = `Bearer ${api.token}`;
      const stream = await EventClient.open(`${world.url}/v1/events${query}`, { authorization, ...headers });
      opened.push(stream);
      return stream;
    };
    try {
      const adas = await follow(ada);
      const own = await follow(grace);
      const named = await follow(grace, `?server=${hers.id('srv')}`);
      const resumed = await follow(grace, '', { 'last-event-id': adas.lastEventId });
      await ada.api.patch(`/v1/servers/${hers.id('srv')}`, { name: 'Hers still' });
      await eventually(() => expect(adas.events).toHaveLength(1));
      await grace.api.patch(`/v1/servers/${graces.id('srv')}`, { name: 'Still of Grace' });
      await eventually(() => expect(own.events).toHaveLength(1));
      expect(named.events).toEqual([]);
      const seen = JSON.stringify([...own.events, ...resumed.events]);
      expect(idsIn(before).filter((id) => seen.includes(id))).toEqual([]);
    } finally {
      await Promise.all(opened.map((stream) => stream.cut()));
    }
  }, 30_000);
});

describe('the same, asked for by Ada', () => {
  test.each(ofOneThing)('%s: it is there', async (name) => {
    const operation = operationOf(name);
    const { status } = await sent(operation, await world.logIn(ada.login), ownParts(operation, hers));
    // What is not possible now is there all the same.
    expect([200, 202, 204, 409]).toContain(status);
  });
});
