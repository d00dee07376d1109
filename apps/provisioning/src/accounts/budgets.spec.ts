import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  BudgetChanged,
  ListServers,
  PauseServer,
  ResumeServer,
  GetServer,
  TerminateServer,
  type BudgetRestriction,
  type Server,
} from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  simulator,
  type Simulator,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { ProvisioningUnderTest } from '../fixtures/provisioning-under-test.ts';

const LONG = { within: 60_000 };
const actor = { kind: 'user', id: newId('usr') } as const;
let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let service: ProvisioningUnderTest;

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([
    broker(),
    database(),
    simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_BOOT_SECONDS: '1', BERTH_SIM_THROTTLING: 'off' }),
  ]);
  const commands = await rabbit.bindTap('berth.commands');
  const events = await rabbit.bindTap('berth.events');
  service = await ProvisioningUnderTest.start({ amqpUrl: rabbit.url, mongo, aws, events, commands });
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop(), aws?.stop()]);
});

const launch = (accountId: string) => service.launch({ accountId, actor });
const resume = (accountId: string, { id: serverId }: Server) =>
  service.ask(ResumeServer, { accountId, actor, serverId });
const read = (accountId: string, { id: serverId }: Server) => service.ask(GetServer, { accountId, serverId });
const reached = (accountId: string, server: Server, status: Server['status']) =>
  eventually(async () => expect((await read(accountId, server)).status).toBe(status), LONG);
const listOf = async (accountId: string) =>
  (await service.ask(ListServers, { accountId, includeTerminated: true, limit: 200 })).items;
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

async function running(accountId: string): Promise<Server> {
  const { server } = await launch(accountId);
  await reached(accountId, server, 'running');
  return server;
}

/** What billing tells of an account; null: nothing restricts it any more. */
async function hear(accountId: string, sequence: number, action: BudgetRestriction | null, until?: string) {
  const at = service.now().toISOString();
  const restriction = action && {
    ...{ action, month: '2026-11', amount: '250.00', used: '250.13', currency: 'EUR', at },
    until: until ?? '2099-12-01T00:00:00.000Z',
  };
  const { app } = service;
  const event = { accountId, sequence, restriction, at };
  await app
    .get(Transactions, { strict: false })
    .run(() => app.get(Outbox, { strict: false }).publish(BudgetChanged, event));
}

describe('a budget that pauses', () => {
  test('pauses what runs, says why, destroys nothing, and lets nothing be launched or resumed until it is lifted', async () => {
    const [accountId, other] = [newId('acc'), newId('acc')];
    const [runs, theirs, paused] = [await running(accountId), await running(other), await running(accountId)];
    await service.ask(PauseServer, { accountId, actor, serverId: paused.id });
    await reached(accountId, paused, 'paused');

    await hear(accountId, 1, 'pause_servers');
    await reached(accountId, runs, 'paused');
    expect(await read(accountId, runs)).toMatchObject({ reason: 'budget', operation: null });
    // What the customer has paused stays paused by them.
    expect(await read(accountId, paused)).toMatchObject({ status: 'paused', reason: null });
    expect((await read(other, theirs)).status).toBe('running');
    expect((await service.atAws(runs)).instances).toMatchObject([{ state: 'stopped' }]);
    expect((await service.atAws(runs)).volumes).not.toEqual([]);
    await eventually(() =>
      expect(service.history(runs).slice(-2)).toMatchObject([
        {
          ...{ to: 'pausing', reason: 'budget', computeBilled: false, diskBilled: true },
          cause: { kind: 'system', text: 'the budget of 250.00 EUR for 2026-11 is used up' },
        },
        { to: 'paused', reason: 'budget' },
      ]),
    );
    await expect(launch(accountId)).rejects.toMatchObject({
      ...{ code: 'budget_exceeded', status: 409 },
      detail:
        'The budget of 250.00 EUR for 2026-11 is used up. Raise it or take it away, or wait for the next month.',
    });
    expect(await codeOf(resume(accountId, runs))).toBe('budget_exceeded');

    await hear(accountId, 2, null);
    await eventually(async () => expect(await codeOf(resume(accountId, runs))).toBe('done'));
    await reached(accountId, runs, 'running');
    expect(await read(accountId, runs)).toMatchObject({ reason: null });
    // Nobody resumes what was paused but the customer.
    expect((await read(accountId, paused)).status).toBe('paused');
    // What was said before and comes late is no news.
    await hear(accountId, 1, 'pause_servers');
    await hear(accountId, 3, 'block_launches');
    await eventually(async () => expect(await codeOf(launch(accountId))).toBe('budget_exceeded'));
    expect((await read(accountId, runs)).status).toBe('running');
    // Terminating is always possible.
    await service.ask(TerminateServer, { accountId, actor, serverId: paused.id });
    await reached(accountId, paused, 'terminated');
  }, 180_000);

  test('ends every launch that was accepted at that moment paused', async () => {
    const accountId = newId('acc');
    let answered = 0;
    const launches = Array.from({ length: 15 }, () =>
      codeOf(launch(accountId)).finally(() => void answered++),
    );
    await eventually(() => answered >= 3);
    await hear(accountId, 1, 'pause_servers');
    const outcomes = await Promise.all(launches);
    expect(outcomes.filter((outcome) => outcome !== 'done' && outcome !== 'budget_exceeded')).toEqual([]);
    expect(outcomes).toContain('done');
    await eventually(async () => expect(await codeOf(launch(accountId))).toBe('budget_exceeded'));
    const list = await listOf(accountId);
    expect(list).toHaveLength(outcomes.filter((outcome) => outcome === 'done').length);
    for (const server of list) {
      await reached(accountId, server, 'paused');
      // Not before its operation had ended.
      const states = service.history(server).map(({ to }) => to);
      expect(states.slice(states.indexOf('running'))).toEqual(['running', 'pausing', 'paused']);
    }
  }, 240_000);

  test('ends every resume that was accepted at that moment paused', async () => {
    const accountId = newId('acc');
    const servers = await Promise.all(Array.from({ length: 4 }, () => running(accountId)));
    for (const { id: serverId } of servers) await service.ask(PauseServer, { accountId, actor, serverId });
    for (const server of servers) await reached(accountId, server, 'paused');
    let answered = 0;
    const resumes = servers.map((server) => codeOf(resume(accountId, server)).finally(() => void answered++));
    await eventually(() => answered >= 1);
    await hear(accountId, 1, 'pause_servers');
    const outcomes = await Promise.all(resumes);
    expect(outcomes.filter((outcome) => outcome !== 'done' && outcome !== 'budget_exceeded')).toEqual([]);
    await eventually(async () => expect(await codeOf(launch(accountId))).toBe('budget_exceeded'));
    for (const server of servers) await reached(accountId, server, 'paused');
    const resumed = servers.filter((server) => service.history(server).some(({ to }) => to === 'resuming'));
    expect(resumed).toHaveLength(outcomes.filter((outcome) => outcome === 'done').length);
  }, 240_000);
});

describe('a budget that blocks launches', () => {
  test('lets go on what was accepted at that moment, and what runs', async () => {
    const accountId = newId('acc');
    const runs = await running(accountId);
    let answered = 0;
    const launches = Array.from({ length: 10 }, () =>
      codeOf(launch(accountId)).finally(() => void answered++),
    );
    await eventually(() => answered >= 2);
    await hear(accountId, 1, 'block_launches');
    const outcomes = await Promise.all(launches);
    await eventually(async () => expect(await codeOf(launch(accountId))).toBe('budget_exceeded'));
    const list = await listOf(accountId);
    expect(list).toHaveLength(1 + outcomes.filter((outcome) => outcome === 'done').length);
    for (const server of list) await reached(accountId, server, 'running');
    expect((await read(accountId, runs)).status).toBe('running');
  }, 180_000);

  test('is over with the month, whether or not anybody says so', async () => {
    const accountId = newId('acc');
    const until = new Date(service.now().getTime() + 3_600_000).toISOString();
    await hear(accountId, 1, 'block_launches', until);
    await eventually(async () => expect(await codeOf(launch(accountId))).toBe('budget_exceeded'));
    await service.advance(3_700);
    await eventually(async () => expect(await codeOf(launch(accountId))).toBe('done'));
  }, 60_000);

  test('that is told of when the month is over pauses nothing', async () => {
    const accountId = newId('acc');
    const runs = await running(accountId);
    await hear(accountId, 1, 'pause_servers', new Date(service.now().getTime() - 1_000).toISOString());
    // What comes after it has been heard.
    await hear(accountId, 2, 'block_launches');
    await eventually(async () => expect(await codeOf(launch(accountId))).toBe('budget_exceeded'));
    expect((await read(accountId, runs)).status).toBe('running');
  }, 60_000);
});
