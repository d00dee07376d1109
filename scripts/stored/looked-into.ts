import type { Reconciliation } from '@berth/contracts';
import type { Api } from '@berth/local';
import { eventually } from './eventually.ts';

/** What was billed. */
interface Billed {
  accountId: string;
  serverId: string;
  /** `2026-11` */
  month: string;
  /** When it began to be used, in milliseconds. */
  since: number;
}

/**
 * Staff look into what was billed: a part of it is declared void, usage is given out again, and the month is compared with what AWS
 * charged. `report` has AWS write its report of a month, and tells its key.
 */
export async function lookedInto(
  staff: Api,
  { accountId, serverId, month, since }: Billed,
  report: (month: string) => Promise<string>,
): Promise<void> {
  const [from, to] = [Math.floor(since / 60_000), Math.floor(since / 60_000) + 10].map((minute) =>
    new Date(minute * 60_000).toISOString(),
  );
  const declared = { serverId, meter: 'disk', from, to, reason: 'The image did not start' };
  await staff.post(`/v1/admin/accounts/${accountId}/voids`, declared);
  await staff.post('/v1/admin/usage/replays', { queue: 'ledger.usage', from: '2020-01-01T00:00:00Z' });
  const asked = { month, report: await report(month) };
  const { id } = await staff.post<Reconciliation>('/v1/admin/reconciliations', asked);
  await eventually(
    async () => (await staff.get<Reconciliation>(`/v1/admin/reconciliations/${id}`)).state === 'succeeded',
  );
}
