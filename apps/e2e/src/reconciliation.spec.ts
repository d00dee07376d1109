import type { Costs, ReconciledServer, Reconciliation } from '@berth/contracts';
import type { Api } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

let world: World;
let staff: Api;
let customer: Customer;

beforeAll(async () => {
  // What nobody owns is only reported: it is to cost something.
  const env = { BERTH_SIM_BOOT_SECONDS: '0.3', BERTH_SIM_SPEED: '50', BERTH_ORPHANS: 'report' };
  world = await World.start({ env });
  [staff, customer] = await Promise.all([world.staff(), world.customer()]);
}, 120_000);
afterAll(() => world?.stop(), 60_000);

/** To the third hour of the next month; answers the month that is over by then. */
async function intoNextMonth(): Promise<string> {
  const now = await world.aws.now();
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1, 3);
  await world.aws.advance((next - now.getTime()) / 1_000);
  return now.toISOString().slice(0, 7);
}

test('the report that AWS writes of a month agrees with what was billed, and shows what nobody pays', async () => {
  const server = await customer.running();
  const [stray = ''] = await world.aws.plant(1, { 'berth:managed': 'true', 'berth:deployment-id': 'local' });
  await world.aws.advance(5 * 3_600);
  await customer.succeeded(await customer.act(server.id, 'pause'));
  const month = await intoNextMonth();
  // That may be longer than a session lasts.
  [staff, customer] = await Promise.all([world.staff(), world.logIn(customer.login)]);
  const report = await world.aws.costReport(month);
  const { id } = await staff.post<Reconciliation>('/v1/admin/reconciliations', { month, report });
  const { totals } = await eventually(
    async () => {
      const read = await staff.get<Reconciliation>(`/v1/admin/reconciliations/${id}`);
      expect(read).toMatchObject({ state: 'succeeded', error: null });
      return read;
    },
    { within: 60_000 },
  );

  const path = `/v1/admin/reconciliations/${id}/servers?limit=200`;
  const { items } = await staff.get<{ items: ReconciledServer[] }>(path);
  const paid = items.find(({ serverId }) => serverId === server.id);
  const { total } = await customer.api.get<Costs>(`/v1/costs?month=${month}&limit=200`);
  expect(paid).toMatchObject({ flags: [], billed: total, billedCurrency: 'USD', uncostedHours: 0 });
  expect(Number(paid?.awsCost.compute)).toBeGreaterThan(0);
  expect(Number(paid?.awsCost.disk)).toBeGreaterThan(0);
  const unpaid = items.find(({ resourceId }) => resourceId === stray);
  expect(unpaid).toMatchObject({ serverId: null, flags: ['unknown_server'], billed: '0' });
  expect(items[0]?.flags).not.toEqual([]);
  expect(totals?.flagged).toContainEqual({ flag: 'unknown_server', servers: expect.any(Number) });
}, 180_000);
