import type { AuditEvent, Budget, KeptMail, Server } from '@berth/contracts';
import { ApiProblem } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

const LONG = { within: 60_000 };
let world: World;
let customer: Customer;

beforeAll(async () => {
  world = await World.start({ env: { BERTH_SIM_BOOT_SECONDS: '0.3', BERTH_SIM_SPEED: '50' } });
}, 120_000);
afterAll(() => world?.stop(), 60_000);

const budget = () => customer.api.get<Budget>('/v1/budget');
const set = (body: object) => customer.api.put<Budget>('/v1/budget', body);
const audited = async (action: string) =>
  (await customer.api.get<{ items: AuditEvent[] }>(`/v1/audit-events?action=${action}`)).items;
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    (error: unknown) => (error instanceof ApiProblem ? error.code : String(error)),
  );

const DAY_SECONDS = 86_400;

/** With the month all begins anew: not in the middle of a test. */
async function awayFromTheMonthsEnd(): Promise<void> {
  const now = await world.aws.now();
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  if (end - now.getTime() < 2 * DAY_SECONDS * 1_000) await world.aws.advance(3 * DAY_SECONDS);
}

/** The subjects of what was written to somebody about budgets. */
async function mailsTo({ login }: Customer): Promise<string[]> {
  const answer = await fetch(`${world.url}/dev/mail.json`);
  const { items } = (await answer.json()) as { items: KeptMail[] };
  return items
    .filter(({ to, subject }) => to === login.email && subject.includes('budget'))
    .map(({ subject }) => subject);
}

test('what is spent pauses every server, tells people, and lets nothing be launched until the budget is raised', async () => {
  await awayFromTheMonthsEnd();
  customer = await world.customer();
  const servers = await Promise.all(['One', 'Two'].map((name) => customer.running({ name })));
  const { currency, used } = await set({ amount: '1000', action: 'pause_servers' });
  expect(used).not.toBe('0');
  // Two servers cost a little; an hour later they have cost more than a cent.
  const before = await set({ amount: (Number(used) + 0.01).toFixed(2), action: 'pause_servers' });
  expect(before.state).not.toBe('exceeded');
  await world.aws.advance(3_600);

  await Promise.all(servers.map(({ id }) => customer.reached(id, 'paused', 60_000)));
  const after = await eventually(async () => {
    const now = await budget();
    expect(now).toMatchObject({ state: 'exceeded', currency, acted: { action: 'pause_servers' } });
    return now;
  }, LONG);
  expect(after.percent).toBeGreaterThanOrEqual(100);
  for (const { id } of servers) {
    expect(await customer.server(id)).toMatchObject({ status: 'paused', reason: 'budget' });
    const pausing = (await customer.timeline(id)).find(({ to }) => to === 'pausing');
    expect(pausing).toMatchObject({ reason: 'budget', cause: { kind: 'system' } });
    expect(pausing?.cause.text).toMatch(/^the budget of .* is used up$/);
  }
  await eventually(async () =>
    expect(await audited('budgetExceeded')).toMatchObject([
      { actor: { kind: 'system' }, outcome: 'done', changes: { action: 'pause_servers' } },
    ]),
  );
  await eventually(
    async () => expect(await mailsTo(customer)).toContain('The budget of “Analytical Engines” is used up'),
    LONG,
  );

  const key = crypto.randomUUID();
  expect(await codeOf(customer.launch({ name: 'Three' }, key))).toBe('budget_exceeded');
  expect(await codeOf(customer.act(servers[0]?.id ?? '', 'resume'))).toBe('budget_exceeded');
  await set({ amount: '1000', action: 'pause_servers' });
  // The same order under the same key: it was refused for now.
  await eventually(async () => expect(await codeOf(customer.launch({ name: 'Three' }, key))).toBe('done'));
  for (const { id } of servers) expect((await customer.server(id)).status).toBe('paused');
}, 180_000);

test('a month later all is free again, and what was paused stays so until it is resumed', async () => {
  await awayFromTheMonthsEnd();
  customer = await world.customer();
  const server: Server = await customer.running();
  // A day costs more than three; the disk alone, in the few days of the month to come, a fraction of it.
  await set({ amount: '1.00', action: 'pause_servers' });
  await world.aws.advance(DAY_SECONDS);
  await customer.reached(server.id, 'paused', 60_000);
  expect(await codeOf(customer.launch())).toBe('budget_exceeded');
  await world.aws.advance(32 * DAY_SECONDS);
  // No session lasts as long.
  customer = await world.logIn(customer.login);
  await eventually(async () => expect(await audited('budgetLifted')).toHaveLength(1), LONG);
  expect(await budget()).toMatchObject({ state: 'within', acted: null });
  expect(await customer.server(server.id)).toMatchObject({ status: 'paused', reason: 'budget' });
  await eventually(async () => expect(await codeOf(customer.act(server.id, 'resume'))).toBe('done'));
  expect(await customer.reached(server.id, 'running', 60_000)).toMatchObject({ reason: null });
}, 180_000);
