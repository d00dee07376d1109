import { routes, type Me } from '@berth/contracts';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { Caller, isForStaff } from './every-route/caller.ts';
import { Client } from './every-route/client.ts';
import { operationsOf, type Operation } from './every-route/document.ts';
import { idsIn, Known } from './every-route/known.ts';
import { withoutOwnWords } from './every-route/own-words.ts';
import { Promises } from './every-route/promises.ts';
import { requestOf, validParts, type Parts } from './every-route/request.ts';
import { rubbishParts, strangersParts } from './every-route/rubbish.ts';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

/**
 * `BERTH_PROPERTY_RUNS` requests of each sort to each route; a failure names the seed and the path to what is smallest,
 * which `BERTH_PROPERTY_SEED` and `BERTH_PROPERTY_PATH` repeat (with `-t` for the one test).
 */
const RUNS = Number(process.env['BERTH_PROPERTY_RUNS'] ?? 25);
const SEED = Number(process.env['BERTH_PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const PATH = process.env['BERTH_PROPERTY_PATH'];
/** For one route, the search for the smallest failing request included. */
const TIMEOUT_MILLISECONDS = 20_000 + RUNS * 200;

/** To name the tests; what holds of the routes is read from the running gateway. */
const names = Object.keys(routes);

const known = new Known();
const promises = new Promises();
const succeeded = new Set<string>();
let world: World;
let client: Client;
let operations: Map<string, Operation>;
let caller: Caller;
let neighbour: Customer;
let neighbourBefore: string;
let notToBeSeen: string[];

beforeAll(async () => {
  process.stderr.write(`BERTH_PROPERTY_SEED=${SEED} BERTH_PROPERTY_RUNS=${RUNS}\n`);
  world = await World.start({ env: { BERTH_SIM_BOOT_SECONDS: '0.2', BERTH_SIM_SPEED: '50' } });
  client = new Client(world.url);
  const document = (await (await fetch(`${world.url}/v1/openapi.json`)).json()) as Record<string, unknown>;
  operations = operationsOf(document);
  await world.nearEndOfMonth();
  const customer = await world.customer();
  const paused = await customer.running();
  await customer.succeeded(await customer.act(paused.id, 'pause'));
  await customer.running();
  neighbour = await world.customer();
  // Staff may suspend the third: what is asked for in the others' names must not be refused.
  for (const { api } of [customer, neighbour]) known.keep((await api.get<Me>('/v1/me')).account.id);
  const third = await world.customer();
  known.learn(JSON.stringify(await third.api.get('/v1/me')));
  await third.succeeded(await third.terminate((await third.running()).id));
  await world.closeMonthOf(customer, third);
  for (const { api } of [customer, third]) known.learn(JSON.stringify(await api.get('/v1/invoices')));
  known.learn(await everythingOf(customer));
  const staff = await world.staff();
  // What is made up by chance is hardly ever a month that is over, or a time that is past.
  const replay = { queue: 'ledger.usage', from: '2020-01-01T00:00:00Z' };
  known.learn(JSON.stringify(await staff.post('/v1/admin/usage/replays', replay)));
  const report = { month: '2020-01', report: 'cur/none.csv' };
  known.learn(JSON.stringify(await staff.post('/v1/admin/reconciliations', report)));
  caller = await Caller.of(customer, staff, known);
  await neighbour.running({ name: 'Not yours', hostname: 'not-yours' });
  await neighbour.api.post('/v1/tokens', { name: 'not yours' });
  neighbourBefore = await everythingOf(neighbour);
  known.learn(neighbourBefore);
  notToBeSeen = idsIn(neighbourBefore);
}, 120_000);

afterAll(async () => {
  client?.close();
  await world?.stop();
}, 60_000);

/** All that an account has which only its own doing changes. */
async function everythingOf(customer: Customer): Promise<string> {
  const servers = await customer.servers('&includeTerminated=true');
  const paths = [
    ...['/v1/me', '/v1/tokens', '/v1/servers?includeTerminated=true&limit=200', '/v1/operations?limit=200'],
    ...servers.map(({ id }) => `/v1/servers/${id}/timeline?limit=200`),
  ];
  return JSON.stringify(await Promise.all(paths.map((path) => customer.api.get(path))));
}

/** Sends what is generated and checks every answer; fails with the smallest request whose answer is wrong. */
async function expectPromisesKept(
  name: string,
  parts: (operation: Operation, known: Known) => Arbitrary<Parts>,
  status?: number,
): Promise<void> {
  const operation = operations.get(name);
  if (!operation) throw new Error(`The running gateway does not describe ${name}`);
  if (status === 401 && operation.public) return;
  const property = fc.asyncProperty(parts(operation, known), async (given) => {
    const request = requestOf(operation, {
      ...given,
      headers: { ...caller.headers(operation), ...given.headers },
    });
    const answered = await client.send(request);
    await caller.after(operation, answered);
    if (answered.status < 300) {
      succeeded.add(name);
      // A refusal names what was asked for, be it there or not.
      known.learn(answered.text);
    }
    const broken = promises.broken(operation, answered);
    const shown = withoutOwnWords(operation, answered.text);
    const seen =
      answered.status < 300 && !isForStaff(operation) && notToBeSeen.find((id) => shown.includes(id));
    if (seen) broken.push(`it shows ${seen}, which is another account's`);
    if (status !== undefined && answered.status !== status) broken.push(`the status is not ${status}`);
    if (broken.length === 0) return;
    const sent = { ...request, body: request.body?.slice(0, 2_000) };
    throw new Error(
      `${broken.join('; ')}\n${JSON.stringify(sent, null, 1)}\n${answered.status} ${answered.text.slice(0, 2_000)}`,
    );
  });
  await fc.assert(property, {
    numRuns: RUNS,
    seed: SEED,
    ...(PATH && { path: PATH }),
    interruptAfterTimeLimit: TIMEOUT_MILLISECONDS,
  });
}

test('the running gateway describes the routes that are tested here', () => {
  expect([...operations.keys()].sort()).toEqual(names.sort());
});

test.each(names)(
  '%s keeps its promises when it is used as described',
  (name) => expectPromisesKept(name, validParts),
  TIMEOUT_MILLISECONDS * 2,
);

test.each(names)(
  '%s keeps its promises when it is given rubbish',
  (name) => expectPromisesKept(name, rubbishParts),
  TIMEOUT_MILLISECONDS * 2,
);

test.each(names)(
  '%s lets nobody in whom it does not know',
  (name) => expectPromisesKept(name, strangersParts, 401),
  TIMEOUT_MILLISECONDS * 2,
);

test('what reads has been answered: the requests were not all refused', async () => {
  // Nothing is dead in this world, so there is no letter to read; staff.spec.ts reads one.
  const reads = [...operations.values()].filter(
    ({ id, method }) => method === 'GET' && id !== 'getDeadLetter',
  );
  for (const operation of reads.filter(({ id }) => !succeeded.has(id))) {
    // Few runs may by chance have named nothing that is there.
    for (const parts of fc.sample(validParts(operation, known), { numRuns: 1_000, seed: SEED })) {
      const request = requestOf(operation, {
        ...parts,
        // Every invoice has a first line.
        path: { ...parts.path, ...('n' in parts.path && { n: '1' }) },
        headers: { ...caller.headers(operation), ...parts.headers },
      });
      const { status } = await client.send(request);
      if (status < 300) succeeded.add(operation.id);
      if (succeeded.has(operation.id)) break;
    }
  }
  expect(reads.map(({ id }) => id).filter((id) => !succeeded.has(id))).toEqual([]);
}, 60_000);

test("afterwards all is well, and the neighbour's things are as they were", async () => {
  await eventually(async () => expect((await fetch(`${world.url}/readyz`)).status).toBe(200));
  expect(await everythingOf(neighbour)).toBe(neighbourBefore);
  expect(await world.deadLetters()).toEqual({});
  expect(world.errorLines()).toEqual([]);
}, 60_000);
