import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import {
  AccountChanged,
  AccountDeleted,
  Budget,
  BudgetChanged,
  BudgetCrossed,
  DEFAULT_QUOTA,
  GetBudget,
  GetCosts,
  RecordAuditEvent,
  RemoveBudget,
  SendBudgetMail,
  SendBudgetSnapshots,
  SetBudget,
  type AccountStatus,
  type BudgetBody,
  type Catalog,
  type DataOf,
  type EventContract,
  type CommandContract,
  type Price,
  type ServerTransition,
} from '@berth/contracts';
import { BusDisconnected, Outbox, Publisher, Requests } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  serviceAt,
  TestClock,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { Config } from '../config.ts';
import { monthOf } from '../costs/month.ts';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { unsummed } from '../rating/unsummed.ts';
import { statementOf } from '../costs/statement.ts';
import { Terms } from '../terms/terms.ts';
import { Intervals } from '../usage/interval-store.ts';
import type { Interval } from '../usage/intervals.ts';
import { Metering } from '../usage/metering.ts';
import { BudgetWatch } from './budget-watch.ts';
import { Notices } from './notices.ts';

/** A replica that has died leaves its messages to the next one's sweep of the outbox. */
const PATIENTLY = { within: 25_000 };

const price = (perMinute: string, activeFrom: string, size: string | null): Price => ({
  meter: size === null ? 'disk' : 'compute',
  size,
  region: 'eu-central-1',
  currency: 'EUR',
  perMinute,
  activeFrom,
});
/** A minute of a server costs a cent; its disk, of 10 GiB, a tenth of that. */
const PRICES = [
  price('0.01', '2026-01-01T00:00:00Z', 'small'),
  price('0.0001', '2026-01-01T00:00:00Z', null),
];
const catalog = (revision: number, prices: Price[]): Catalog => ({
  ...{ digest: `d${revision}`, revision, regions: [], sizes: [], products: [], prices },
});

let bus: TestBroker;
let store: TestDatabase;
let events: Tap;
let commands: Tap;
let clock: TestClock;
let replicas: INestMicroservice[];
let app: INestMicroservice;

async function replica(): Promise<INestMicroservice> {
  const config = new Config({ AMQP_URL: bus.url, MONGODB_URI: store.uri });
  const started = await serviceAt(clock, BillingModule.forRoot(config, store.database));
  replicas.push(started);
  return started;
}

beforeAll(async () => {
  bus = await broker();
  events = await bus.bindTap('berth.events');
  commands = await bus.bindTap('berth.commands');
});
beforeEach(async () => {
  store = await database();
  clock = new TestClock('2026-03-01T00:00:00.000Z');
  replicas = [];
  app = await replica();
  await publishPrices(catalog(1, PRICES));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(replicas.map((each) => each.close()));
  await store.stop();
});
afterAll(() => bus.stop());

const transaction = <Result>(work: () => Promise<Result>) => app.get(Transactions).run(work);
const publishPrices = (newest: Catalog) =>
  transaction(() => app.get(CatalogCopy, { strict: false }).keep(newest));
const sweep = (of = app) => of.get(BudgetWatch).sweep(new AbortController().signal);

/** What was told of an account, of one kind, in the order in which it was true. */
function told<Contract extends EventContract | CommandContract>(
  { messages }: Tap,
  contract: Contract,
  accountId: string,
): DataOf<Contract>[] {
  return messages
    .filter(({ type }) => type === contract.type)
    .map(({ data }) => contract.schema.parse(data) as DataOf<Contract>)
    .filter((data) => (data as { accountId: string }).accountId === accountId);
}
const crossings = (accountId: string) =>
  told(events, BudgetCrossed, accountId).sort((a, b) => a.at.localeCompare(b.at) || a.percent - b.percent);
const restrictions = (accountId: string) =>
  told(events, BudgetChanged, accountId).sort((a, b) => a.sequence - b.sequence);
const mails = (accountId: string) =>
  told(commands, SendBudgetMail, accountId).sort((a, b) => a.at.localeCompare(b.at));
const audited = (accountId: string) =>
  told(commands, RecordAuditEvent, accountId).sort((a, b) => a.at.localeCompare(b.at));

const ask: Requests['ask'] = (request, data, options) => app.get(Requests).ask(request, data, options);
async function get(accountId: string) {
  const { etag, ...budget } = await ask(GetBudget, { accountId });
  expect(Budget.parse(budget)).toEqual(budget);
  return { etag, ...budget };
}
const set = (accountId: string, budget: BudgetBody, ifMatch?: string[]) =>
  ask(SetBudget, { accountId, ...budget, ifMatch });
const remove = (accountId: string, ifMatch?: string[]) => ask(RemoveBudget, { accountId, ifMatch });

/** A server of an account that becomes one thing after the other. */
class Server {
  readonly serverId = newId('srv');
  private sequence = 0;

  constructor(readonly accountId: string) {}

  async becomes(to: 'running' | 'paused' | 'terminated', at: Date = clock.now()): Promise<void> {
    const { serverId, accountId } = this;
    this.sequence++;
    const transition: ServerTransition = {
      ...{ serverId, accountId, sequence: this.sequence, at: at.toISOString(), from: null, to, reason: null },
      cause: { kind: 'system', id: null, text: 'the spec says so' },
      ...{ name: 'demo', hostname: 'demo.berth.localhost', product: 'web', version: '1.0', size: 'small' },
      ...{ region: 'eu-central-1', zone: null, diskGib: 10, instanceId: null, ip: null, operation: null },
      computeBilled: to === 'running',
      diskBilled: to !== 'terminated',
    };
    await transaction(() => app.get(Metering).take([transition]));
  }
}

/** An account with one server that has run since the month began. */
async function spender(): Promise<string> {
  const accountId = newId('acc');
  await new Server(accountId).becomes('running', new Date('2026-03-01T00:00:00Z'));
  return accountId;
}

/** Says how an account stands, and waits until billing has heard it. */
async function tell(accountId: string, sequence: number, status: AccountStatus): Promise<void> {
  const at = clock.now().toISOString();
  await heard(() =>
    app.get(Outbox).publish(AccountChanged, { accountId, sequence, status, quota: DEFAULT_QUOTA, at }),
  );
}
async function heard(publish: () => Promise<void>): Promise<void> {
  const inbox = store.connection.collection('inbox');
  const before = await inbox.countDocuments();
  await transaction(publish);
  await eventually(async () => expect(await inbox.countDocuments()).toBe(before + 1));
}

describe('a budget', () => {
  test('that there is none of is said, with what the month has used', async () => {
    const accountId = await spender();
    clock.set('2026-03-01T01:00:00.000Z');
    expect(await get(accountId)).toEqual({
      ...{ amount: null, warnAt: [], action: 'none', percent: null, state: 'within', acted: null },
      ...{ currency: 'EUR', month: '2026-03', used: '0.66', forecast: '491.04', updatedAt: null },
      etag: expect.stringMatching(/^".{22}"$/),
    });
  });

  test('is what was set, beside the same figures as the costs', async () => {
    const accountId = await spender();
    clock.set('2026-03-01T01:00:00.000Z');
    const budget = await set(accountId, { amount: '2.00', warnAt: [90, 40] });
    expect(budget).toMatchObject({
      ...{ amount: '2.00', warnAt: [40, 90], action: 'none', percent: 33, state: 'within', acted: null },
      updatedAt: '2026-03-01T01:00:00.000Z',
    });
    const { total: used, forecast } = await ask(GetCosts, { accountId, groupBy: 'server', limit: 1 });
    expect(budget).toMatchObject({ used, forecast });
    expect(await get(accountId)).toEqual(budget);
  });

  test('is changed by one of two who read the same', async () => {
    const accountId = await spender();
    const { etag } = await get(accountId);
    const tries = await Promise.allSettled(
      ['10', '20'].map((amount) => set(accountId, { amount, action: 'block_launches' }, [etag])),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = { code: 'precondition_failed', status: 412 };
    expect(tries.find((tried) => tried.status === 'rejected')?.reason).toMatchObject(refused);
    const now = await get(accountId);
    await expect(remove(accountId, [etag])).rejects.toMatchObject(refused);
    await expect(remove(accountId, [`W/${now.etag}`])).rejects.toMatchObject(refused);
    const gone = await remove(accountId, [now.etag]);
    expect(gone).toMatchObject({ amount: null, etag });
    await expect(remove(accountId, ['*'])).rejects.toMatchObject(refused);
    // Without a condition there is nothing to refuse, and nothing to do.
    expect(await remove(accountId)).toEqual(gone);
  });

  test('is one account’s alone', async () => {
    const [mine, other] = [await spender(), await spender()];
    await set(mine, { amount: '10' });
    expect(await get(other)).toMatchObject({ amount: null });
  });
});

describe('what an account uses of its budget', () => {
  test('is told once at each threshold, in order, and at the last nothing is launched any more', async () => {
    const accountId = await spender();
    // 1.1 cents a minute: 91 minutes.
    await set(accountId, { amount: '1.00', action: 'block_launches' });
    for (let minute = 1; minute <= 120; minute++) {
      clock.advance(60);
      await sweep();
    }
    await eventually(() => expect(crossings(accountId)).toHaveLength(3));
    expect(crossings(accountId).map(({ percent, used, at }) => [percent, used, at.slice(11, 16)])).toEqual([
      [50, '0.506', '00:46'],
      [80, '0.803', '01:13'],
      [100, '1.001', '01:31'],
    ]);
    await eventually(() => expect(mails(accountId)).toHaveLength(3));
    expect(mails(accountId)).toEqual(crossings(accountId));
    const restriction = {
      ...{ action: 'block_launches', month: '2026-03', amount: '1.00', used: '1.001', currency: 'EUR' },
      ...{ at: '2026-03-01T01:31:00.000Z', until: '2026-04-01T00:00:00.000Z' },
    };
    await eventually(() => expect(restrictions(accountId)).toMatchObject([{ sequence: 1, restriction }]));
    await eventually(() => expect(audited(accountId)).toHaveLength(1));
    expect(audited(accountId)).toMatchObject([
      {
        action: 'budgetExceeded',
        actor: { kind: 'system', id: 'budget', userId: null },
        outcome: 'done',
        changes: {
          ...{ action: 'block_launches', month: '2026-03', amount: '1.00', used: '1.001', currency: 'EUR' },
          reason: 'The budget of 1.00 EUR for 2026-03 is used up: 1.00 EUR were used.',
        },
      },
    ]);
    expect(await get(accountId)).toMatchObject({
      state: 'exceeded',
      acted: { action: 'block_launches', at: '2026-03-01T01:31:00.000Z' },
    });
  });

  test('is written about once when several thresholds are crossed between two looks', async () => {
    const accountId = await spender();
    await set(accountId, { amount: '1.00' });
    clock.set('2026-03-20T00:00:00.000Z');
    await sweep();
    await eventually(() => expect(crossings(accountId).map(({ percent }) => percent)).toEqual([50, 80, 100]));
    await eventually(() => expect(mails(accountId)).toMatchObject([{ percent: 100, action: 'none' }]));
    expect(restrictions(accountId)).toEqual([]);
    expect(await get(accountId)).toMatchObject({ state: 'exceeded', acted: null });
  });

  test('is acted upon at once when the budget is lowered, lifted when it is raised, and acted upon again', async () => {
    const accountId = await spender();
    clock.set('2026-03-01T10:00:00.000Z');
    await set(accountId, { amount: '1000' });
    const lowered = await set(accountId, { amount: '5', action: 'pause_servers' });
    expect(lowered).toMatchObject({ state: 'exceeded', acted: { action: 'pause_servers' } });
    clock.set('2026-03-01T11:00:00.000Z');
    const raised = await set(accountId, { amount: '10', action: 'pause_servers' });
    expect(raised).toMatchObject({ state: 'warned', acted: null, percent: 72 });
    clock.set('2026-03-01T16:00:00.000Z');
    await sweep();
    expect(await get(accountId)).toMatchObject({ state: 'exceeded', acted: { action: 'pause_servers' } });
    clock.set('2026-03-01T17:00:00.000Z');
    expect(await remove(accountId)).toMatchObject({ amount: null, state: 'within', acted: null });
    await eventually(() => expect(restrictions(accountId)).toHaveLength(4));
    expect(
      restrictions(accountId).map(({ sequence, restriction }) => [sequence, restriction?.amount]),
    ).toEqual([
      [1, '5'],
      [2, undefined],
      [3, '10'],
      [4, undefined],
    ]);
    // The half was told of the first; of the second it is more than that all along.
    const percents = crossings(accountId).map(({ amount, percent }) => `${percent} of ${amount}`);
    expect(percents).toEqual(['50 of 5', '80 of 5', '100 of 5', '80 of 10', '100 of 10']);
  });

  test('begins anew with the month: what was blocked is free, and all is told again', async () => {
    const accountId = await spender();
    await set(accountId, { amount: '1.00', action: 'pause_servers' });
    clock.set('2026-03-31T23:59:30.000Z');
    await sweep();
    expect(await get(accountId)).toMatchObject({ month: '2026-03', state: 'exceeded' });
    clock.set('2026-04-01T00:00:10.000Z');
    // Nobody has looked yet, and it is so all the same.
    expect(await get(accountId)).toMatchObject({ month: '2026-04', state: 'within', acted: null });
    await sweep();
    await eventually(() => expect(restrictions(accountId)).toHaveLength(2));
    expect(restrictions(accountId)[1]).toMatchObject({ sequence: 2, restriction: null });
    await eventually(() =>
      expect(audited(accountId).map(({ action }) => action)).toEqual(['budgetExceeded', 'budgetLifted']),
    );
    clock.set('2026-04-01T02:00:00.000Z');
    await sweep();
    await eventually(() => expect(restrictions(accountId)).toHaveLength(3));
    expect(crossings(accountId).map(({ month, percent }) => [month, percent])).toEqual([
      ...[50, 80, 100].map((percent) => ['2026-03', percent]),
      ...[50, 80, 100].map((percent) => ['2026-04', percent]),
    ]);
  });

  test('is worked out anew when something else opens, and when a price comes into force that was not known', async () => {
    const accountId = await spender();
    clock.set('2026-03-01T10:00:00.000Z');
    // 6.60 are used; at 1.1 cents a minute the rest would last a day.
    await set(accountId, { amount: '30', warnAt: [100] });
    clock.set('2026-03-01T10:05:00.000Z');
    await sweep();
    clock.set('2026-03-01T10:06:00.000Z');
    for (let number = 0; number < 20; number++) await new Server(accountId).becomes('running');
    await sweep();
    await publishPrices(catalog(2, [...PRICES, price('1', '2026-03-01T10:20:00Z', 'small')]));
    await sweep();
    // 6.666 and 14 minutes of 21 servers, 3.234; from then on each minute costs 21.021.
    clock.set('2026-03-01T10:20:30.000Z');
    await sweep();
    await eventually(() => expect(crossings(accountId)).toMatchObject([{ percent: 100 }]));
    expect(crossings(accountId)[0]?.at).toBe('2026-03-01T10:20:30.000Z');
  });
});

describe('a replica that is killed', () => {
  const exceed = async () => {
    const accountId = await spender();
    await set(accountId, { amount: '1.00', action: 'block_launches' });
    clock.set('2026-03-01T12:00:00.000Z');
    return accountId;
  };

  test('after it has written and before it has told leaves the telling to another', async () => {
    const accountId = await exceed();
    const away = () => Promise.reject(new BusDisconnected('killed'));
    jest.spyOn(app.get(Publisher), 'publish').mockImplementation(away);
    await sweep();
    expect(crossings(accountId)).toEqual([]);
    await replica();
    await eventually(() => expect(crossings(accountId)).toHaveLength(3), PATIENTLY);
    await eventually(() => expect(restrictions(accountId)).toHaveLength(1), PATIENTLY);
    await eventually(() => expect(mails(accountId)).toHaveLength(1), PATIENTLY);
    await eventually(() => expect(audited(accountId)).toHaveLength(1), PATIENTLY);
  });

  test('before it has written has told nobody, and another does all of it', async () => {
    const accountId = await exceed();
    const other = await replica();
    jest.spyOn(app.get(Notices), 'exceeded').mockRejectedValue(new Error('killed'));
    await sweep();
    expect(await get(accountId)).toMatchObject({ state: 'within' });
    await sweep(other);
    await eventually(() => expect(audited(accountId)).toHaveLength(1));
    await eventually(() => expect(crossings(accountId)).toHaveLength(3));
    expect(restrictions(accountId)).toHaveLength(1);
    expect(mails(accountId)).toHaveLength(1);
  });
});

describe('who asks what restricts accounts', () => {
  test('is told of each that was ever restricted as it is now, by the number it had', async () => {
    const [blocked, freed, within] = [await spender(), await spender(), await spender()];
    clock.set('2026-03-01T12:00:00.000Z');
    for (const accountId of [blocked, freed]) await set(accountId, { amount: '1', action: 'block_launches' });
    await set(within, { amount: '1000', action: 'block_launches' });
    await remove(freed);
    await eventually(() => expect(restrictions(freed)).toHaveLength(2));
    events.messages.length = 0;
    await transaction(() => app.get(Outbox).send(SendBudgetSnapshots, { requestedBy: 'provisioning' }));
    await eventually(() => {
      expect(restrictions(blocked)).toMatchObject([{ sequence: 1, restriction: { amount: '1' } }]);
      expect(restrictions(freed)).toMatchObject([{ sequence: 2, restriction: null }]);
    });
    expect(restrictions(within)).toEqual([]);
  });
});

describe('the budget of an account', () => {
  const documents = (accountId: string) =>
    store.connection.collection<{ _id: string }>('budgets').countDocuments({ _id: accountId });

  test('that is closed does not act', async () => {
    const accountId = await spender();
    await set(accountId, { amount: '1', action: 'block_launches' });
    await tell(accountId, 1, 'closed');
    clock.set('2026-03-01T12:00:00.000Z');
    await sweep();
    expect(await documents(accountId)).toBe(1);
    expect(crossings(accountId)).toEqual([]);
  });

  test('that is deleted is deleted, and one that was set at the same moment too', async () => {
    const accountId = await spender();
    await set(accountId, { amount: '1000' });
    const at = clock.now().toISOString();
    await heard(() => app.get(Outbox).publish(AccountDeleted, { accountId, at }));
    expect(await documents(accountId)).toBe(0);
    await set(accountId, { amount: '1000' });
    clock.advance(61);
    await sweep();
    expect(await documents(accountId)).toBe(0);
    // What is heard late brings nothing back.
    await tell(accountId, 7, 'closed');
    await heard(() => app.get(Outbox).publish(AccountDeleted, { accountId, at }));
    expect(await documents(accountId)).toBe(0);
  });
});

describe('over a day of random costs', () => {
  const STEP_SECONDS = 30;
  const WITHIN_MILLISECONDS = 120_000;
  const BEGIN = Date.parse('2026-03-01T00:00:00Z');

  /** A small generator, so that a failure can be repeated (Mulberry32, public domain). */
  function random(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
  }

  /** What was used at a moment, of what is known in the end. */
  function usedAt(intervals: readonly Interval[], now: Date, book: Awaited<ReturnType<Terms['bookOf']>>) {
    const then = intervals
      .filter(({ openedAt }) => openedAt <= now)
      .map((each) =>
        each.closedAt && each.closedAt > now ? { ...each, closedAt: null, closedBy: null } : each,
      );
    const calendar = new PriceCalendar(book, monthOf('2026-03'));
    return Number(statementOf(unsummed(then, [], book), { groupBy: 'meter', now }, calendar).total);
  }

  test.each([1, 2, 3])(
    'each threshold is acted upon once, in order and within two minutes, by two replicas and over leaps of the clock: seed %i',
    async (seed) => {
      const chance = random(seed);
      const below = (most: number) => Math.floor(chance() * most);
      const other = await replica();
      const accounts = await Promise.all(
        Array.from({ length: 4 }, async (_, index) => {
          const accountId = newId('acc');
          const amount = (3 + below(12)).toFixed(2);
          const action = (['none', 'block_launches', 'pause_servers'] as const)[index % 3] ?? 'none';
          const warnAt = [...new Set([10 + below(40), 50 + below(50)])];
          await set(accountId, { amount, action, warnAt });
          return { accountId, amount: Number(amount), action, warnAt, servers: [] as Server[] };
        }),
      );
      const sweeps: number[] = [];
      const running = new Set<Server>();
      while (clock.now().getTime() < BEGIN + 10 * 3_600_000) {
        // Once in a while hours pass in which nobody looks.
        clock.advance(chance() < 0.004 ? 3_600 * (1 + below(3)) : STEP_SECONDS);
        const account = accounts[below(accounts.length)];
        if (account && chance() < 0.05) {
          const server = account.servers[below(5)] ?? new Server(account.accountId);
          if (!account.servers.includes(server)) account.servers.push(server);
          await server.becomes(running.has(server) ? 'paused' : 'running');
          if (!running.delete(server)) running.add(server);
        }
        sweeps.push(clock.now().getTime());
        await Promise.all([sweep(), sweep(other)]);
      }
      let acted = 0;
      for (const { accountId, amount, action, warnAt } of accounts) {
        const month = monthOf('2026-03');
        const intervals = await app.get(Intervals).within({ accountId, serverId: undefined }, month);
        const book = await app.get(Terms).bookOf(accountId, month.from);
        const expected = [...new Set([...warnAt, 100])]
          .sort((a, b) => a - b)
          .map((percent) => ({
            percent,
            // The sweep at which it was so for the first time.
            by: sweeps.find((at) => usedAt(intervals, new Date(at), book) * 100 >= amount * percent - 1e-9),
          }))
          .filter((each): each is { percent: number; by: number } => each.by !== undefined);
        await eventually(() => expect(crossings(accountId)).toHaveLength(expected.length));
        const found = crossings(accountId);
        expect(found.map(({ percent }) => percent)).toEqual(expected.map(({ percent }) => percent));
        for (const [index, { by }] of expected.entries()) {
          const late = Date.parse(found[index]?.at ?? '') - by;
          expect(late).toBeGreaterThanOrEqual(0);
          expect(late).toBeLessThanOrEqual(WITHIN_MILLISECONDS);
        }
        acted += expected.length;
        const isRestricted = action !== 'none' && expected.at(-1)?.percent === 100;
        await eventually(() => expect(restrictions(accountId)).toHaveLength(isRestricted ? 1 : 0));
      }
      // Otherwise nothing was shown.
      expect(acted).toBeGreaterThan(5);
    },
    120_000,
  );
});
