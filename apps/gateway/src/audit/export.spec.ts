import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ListAuditEvents } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { broker, type TestBroker } from '@berth/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import * as sample from '../fixtures/samples.ts';

const { ids } = sample;
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

const numbered = (number: number) => ({ ...sample.accountAuditEvent, requestId: `req-${number}` });
/** Three pages of two entries each. */
function threePages() {
  gateway.services.answer(ListAuditEvents, ({ cursor = '1' }) => ({
    items: [numbered(Number(cursor)), numbered(Number(cursor) + 1)],
    nextCursor: cursor === '5' ? null : String(Number(cursor) + 2),
  }));
}
const download = (query: string, method = 'GET') =>
  gateway.call(method, `/v1/audit-events/export${query}`, { as: 'owner' });
const requestIds = [1, 2, 3, 4, 5, 6].map((number) => `req-${number}`);

test('a file has every page, as JSON', async () => {
  threePages();
  const { status, headers, text } = await download('?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('content-disposition')).toMatch(
    /^attachment; filename="audit-trail-\d{4}-\d\d-\d\d\.json"$/,
  );
  const events = JSON.parse(text) as { requestId: string; accountId?: string }[];
  expect(events.map(({ requestId }) => requestId)).toEqual(requestIds);
  expect(events[0]).toEqual({ ...sample.auditEvent, requestId: 'req-1' });
  expect(gateway.services.asked[0]?.data).toEqual({
    ...{ accountId: ids.account, limit: 200 },
    ...{ from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' },
  });
});

test('or as CSV', async () => {
  threePages();
  const { headers, text } = await download('?format=csv');
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toMatch(/\.csv"$/);
  const [head, ...lines] = text.trimEnd().split('\r\n');
  expect(head).toMatch(/^at,actorKind,/);
  expect(lines.map((line) => requestIds.find((id) => line.includes(id)))).toEqual(requestIds);
});

test('of an empty trail is a file too', async () => {
  gateway.services.answer(ListAuditEvents, () => ({ items: [], nextCursor: null }));
  expect(JSON.parse((await download('')).text)).toEqual([]);
  expect((await download('?format=csv')).text).toMatch(/^at,.*\r\n$/);
});

test('that cannot be begun is a problem, and one that cannot be ended is broken off', async () => {
  gateway.services.answer(ListAuditEvents, () => {
    throw problem('dependency_unavailable');
  });
  expect(await download('')).toMatchObject({ status: 503, body: { code: 'dependency_unavailable' } });
  gateway.services.answer(ListAuditEvents, ({ cursor }) => {
    if (cursor) throw problem('dependency_unavailable');
    return { items: [numbered(1)], nextCursor: '2' };
  });
  await expect(download('')).rejects.toThrow();
});

test('is only looked at by HEAD', async () => {
  threePages();
  expect(await download('?format=csv', 'HEAD')).toMatchObject({ status: 200, text: '' });
  expect(gateway.services.asked).toEqual([]);
});

test('staff see an account, or without one what they did themselves', async () => {
  const list = (query: string) => gateway.call('GET', `/v1/admin/audit-events${query}`, { as: 'staff' });
  await list('');
  expect(gateway.services.asked).toMatchObject([{ data: { userId: ids.user, limit: 50 } }]);
  const { status, body } = await list(`?actor=${ids.user}`);
  expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ pointer: '/actor' }] });
});
