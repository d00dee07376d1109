import type {
  AppliedPrices,
  BookedPrices,
  Credits,
  Me,
  OfferedCatalog,
  PricePreview,
  Quote,
  Server,
  Terms,
} from '@berth/contracts';
import { ApiProblem, type Api } from '@berth/local';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

const series = { meter: 'compute', size: 'micro', region: 'eu-central-1' } as const;
const order = { product: 'web', version: '1.26', size: 'micro', region: 'eu-central-1', diskGib: 10 };

let world: World;
let staff: Api;

beforeAll(async () => {
  world = await World.start();
  staff = await world.staff();
}, 120_000);
afterAll(() => world?.stop(), 60_000);

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof ApiProblem ? `${error.status} ${error.code}` : String(error)),
  );
const quoteFor = ({ api }: Customer) => api.post<Quote>('/v1/quotes', order);
const ofAccount = async ({ api }: Customer) =>
  `/v1/admin/accounts/${(await api.get<Me>('/v1/me')).account.id}/terms`;

/** The first of the present UTC month by the clock of the system. */
async function thisMonth({ api }: Customer): Promise<string> {
  const { asOf } = await api.get<{ asOf: string }>('/v1/costs');
  return `${asOf.slice(0, 7)}-01T00:00:00.000Z`;
}

describe('an account with terms of its own', () => {
  test('sees its currency and its prices wherever a price is shown, and nobody else does', async () => {
    const [customer, other] = await Promise.all([world.customer(), world.customer()]);
    const path = await ofAccount(customer);
    const none = await customer.api.get<Terms>('/v1/terms');
    expect(none).toEqual({ sequence: 0, currency: 'USD', currencies: [], prices: [] });

    const activeFrom = '2099-01-01T00:00:00.000Z';
    const agreed = await staff.patch<Terms>(path, {
      basedOnSequence: 0,
      currencies: [{ currency: 'EUR', activeFrom: await thisMonth(customer) }],
      prices: [{ ...series, currency: 'EUR', perMinute: '0.0007', activeFrom, activeUntil: null }],
    });
    expect(agreed).toMatchObject({ sequence: 1, currency: 'EUR', prices: [{ perMinute: '0.0007' }] });
    expect(await customer.api.get<Terms>('/v1/terms')).toEqual(agreed);

    await eventually(async () =>
      expect(await quoteFor(customer)).toMatchObject({
        currency: 'EUR',
        compute: { perMinute: '0.0011' },
        changes: [{ activeFrom, compute: { perMinute: '0.0007' } }],
      }),
    );
    const catalog = await customer.api.get<OfferedCatalog>('/v1/catalog');
    expect(new Set(catalog.prices.map(({ currency }) => currency))).toEqual(new Set(['EUR']));
    const { server } = await customer.api.post<{ server: Server }>('/v1/servers', { ...order, name: 'Euro' });
    await eventually(async () => expect((await customer.server(server.id)).price.currency).toBe('EUR'));
    expect(await customer.api.get<Credits>('/v1/credits')).toMatchObject({ currency: 'EUR' });
    expect(await quoteFor(other)).toMatchObject({ currency: 'USD', changes: [] });
  }, 60_000);

  test('is changed by staff alone, one after the other, and reads of it in its trail', async () => {
    const customer = await world.customer();
    const path = await ofAccount(customer);
    const change = { basedOnSequence: 0, currencies: [] };
    expect(await refusal(customer.api.patch(path, change))).toBe('403 forbidden');
    expect(await refusal(customer.api.get(path))).toBe('403 forbidden');
    await staff.patch(path, change);
    expect(await refusal(staff.patch(path, change))).toBe('409 changed_meanwhile');
    const past = {
      ...series,
      currency: 'USD',
      perMinute: '0.1',
      activeFrom: '2025-01-01T00:00:00Z',
      activeUntil: null,
    };
    expect(await refusal(staff.patch(path, { basedOnSequence: 1, prices: [past] }))).toBe(
      '400 invalid_request',
    );
    await eventually(async () => {
      const { items } = await customer.api.get<{ items: { action: string; outcome: string }[] }>(
        '/v1/audit-events',
      );
      expect(items).toContainEqual(
        expect.objectContaining({ action: 'updateAccountTerms', outcome: 'done' }),
      );
    });
  }, 60_000);
});

describe('the price book', () => {
  test('is kept by staff: what is previewed is applied, and told to customers', async () => {
    const customer = await world.customer();
    const { revision } = await staff.get<BookedPrices>('/v1/admin/prices');
    const yaml = `prices:\n  - { region: eu-central-1, currency: USD, activeFrom: 2098-01-01T00:00:00Z, compute: { micro: '0.0006' } }\n`;
    const preview = await staff.post<PricePreview>('/v1/admin/prices/preview', { yaml });
    expect(preview).toMatchObject({
      ...{ revision, faults: [] },
      changes: [{ ...series, kind: 'added', percent: '-50.0' }],
    });
    const body = { yaml, basedOnRevision: revision };
    expect(await refusal(customer.api.post('/v1/admin/prices', body))).toBe('403 forbidden');
    expect(await staff.post<AppliedPrices>('/v1/admin/prices', body)).toEqual({
      ...{ revision: revision + 1, changes: preview.changes },
    });
    expect(await refusal(staff.post('/v1/admin/prices', body))).toBe('409 changed_meanwhile');
    expect(await quoteFor(customer)).toMatchObject({ changes: [{ compute: { perMinute: '0.0006' } }] });
  }, 60_000);

  test('takes no list that is wrong anywhere', async () => {
    const yaml = `prices:\n  - { region: mars-1, currency: USD, activeFrom: 2098-01-01T00:00:00Z, disk: '0.1' }\n`;
    const { revision } = await staff.get<BookedPrices>('/v1/admin/prices');
    expect(await staff.post<PricePreview>('/v1/admin/prices/preview', { yaml })).toEqual({
      ...{ revision, changes: [] },
      faults: [{ line: 2, key: 'prices[0].region', message: '"mars-1" is not a region' }],
    });
    const body = { yaml, basedOnRevision: revision };
    expect(await refusal(staff.post('/v1/admin/prices', body))).toBe('400 invalid_request');
  }, 60_000);
});
