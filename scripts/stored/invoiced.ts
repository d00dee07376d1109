import type { Accepted, Invoice, Me, Operation } from '@berth/contracts';
import { ApiProblem, type Api } from '@berth/local';
import { eventually } from './eventually.ts';
import { lookedInto } from './looked-into.ts';

/** The world that the tour goes through. */
interface Surroundings {
  staff: { email: string; password: string };
  /** What is launched. */
  server: object;
  /** In milliseconds. */
  now: () => Promise<number>;
  advance: (seconds: number) => Promise<unknown>;
  /** Has AWS write its report of a month, and tells its key. */
  report: (month: string) => Promise<string>;
}

/**
 * Somebody who has an invoice, which took credit and was paid, and a billing profile. It takes the rest of a month, so nothing else is to
 * be there yet that would have to be made up for.
 */
export async function invoiced(
  stranger: Api,
  { staff, server, now, advance, report }: Surroundings,
): Promise<void> {
  const login = { email: 'hedy@example.com', password: staff.password };
  const session = async (who: typeof login) =>
    stranger.as((await stranger.post<{ accessToken: string }>('/v1/sessions', who)).accessToken);
  await stranger.post('/v1/signup', { ...login, name: 'Hedy', accountName: 'Frequencies' });
  const api = await session(login);
  const accountId = (await api.get<Me>('/v1/me')).account.id;
  const profile = {
    legalName: 'Frequencies Ltd',
    addressLines: ['1 Quay Street'],
    country: 'AT',
    taxId: 'ATU1',
  };
  await api.put('/v1/billing-profile', { ...profile, email: 'books@example.com' });

  const ended = ({ operation }: Accepted) => api.get<Operation>(`/v1/operations/${operation.id}?wait=60`);
  const launched = await api.post<Accepted>('/v1/servers', server);
  await ended(launched);
  // More than the credit pays for.
  await advance(2 * 3600);
  await ended(await (await session(login)).delete<Accepted>(`/v1/servers/${launched.server.id}`));

  const start = new Date(await now());
  const month = start.toISOString().slice(0, 7);
  const end = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1);
  await advance((end - start.getTime()) / 1000 + 60);
  const later = await session(staff);
  const account = `/v1/admin/accounts/${accountId}`;
  await later.put(`${account}/tax`, { rate: '20', note: 'VAT 20 %' });
  await later.post(`${account}/credits`, { amount: '0.01', reason: 'Welcome' });
  const close = () => later.post<Invoice>(`${account}/invoices`, { month });
  let first: Invoice | undefined;
  // Its last hour has to be recorded first.
  await eventually(async () => {
    first = await close().catch((error: unknown) => {
      if (error instanceof ApiProblem && error.code === 'period_open') return undefined;
      throw error;
    });
    return first !== undefined;
  });
  await later.post(`/v1/admin/invoices/${first?.id}/pay`, { reference: 'Statement 7' });
  const billed = { accountId, serverId: launched.server.id, month, since: start.getTime() };
  await lookedInto(later, billed, report);
}
