import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GetInvoice, GetInvoiceDocument, type InvoiceFormat } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { broker, type TestBroker } from '@berth/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import { invoice } from '../fixtures/samples-of-invoices.ts';
import { ids } from '../fixtures/samples.ts';

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
beforeEach(() => {
  gateway.services.forget();
  gateway.services.answer(GetInvoice, () => invoice);
});

const CONTENT: Readonly<Record<InvoiceFormat, Buffer>> = {
  pdf: Buffer.from('%PDF-1.7 \xff\x00 and so on', 'latin1'),
  csv: Buffer.from('number,amount\r\nBERTH-1,1.00\r\n'),
  json: Buffer.from('{"amountDue":"8.68"}'),
};
const sha256Of = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** Billing, that gives files in parts of so many bytes. */
function inParts(length: number): void {
  gateway.services.answer(GetInvoiceDocument, ({ format, part }) => {
    const content = CONTENT[format];
    const end = (part + 1) * length;
    return {
      ...{ number: 'BERTH-2026-000042', sha256: sha256Of(content), bytes: content.length },
      content: content.subarray(part * length, end).toString('base64'),
      nextPart: end < content.length ? part + 1 : null,
    };
  });
}

const PATHS = {
  owner: `/v1/invoices/${ids.invoice}`,
  staff: `/v1/admin/accounts/${ids.account}/invoices/${ids.invoice}`,
};
const get = (
  accept: string | undefined,
  { as = 'owner' as keyof typeof PATHS, query = '', method = 'GET' } = {},
) => gateway.call(method, `${PATHS[as]}${query}`, { as, headers: accept === undefined ? {} : { accept } });

/** The bytes as they come. */
async function download(query: string, as: keyof typeof PATHS = 'owner'): Promise<Buffer> {
  const response = await fetch(`http://127.0.0.1:${gateway.port}${PATHS[as]}${query}`, {
    headers: { authorization: `Bearer brt_${as}` },
  });
  return Buffer.from(await response.arrayBuffer());
}

describe.each(['owner', 'staff'] as const)('to %s an invoice', (as) => {
  test.each([undefined, '*/*', 'application/json', 'text/html,*/*;q=0.8'])(
    'is JSON when %s is accepted',
    async (accept) => {
      const { status, headers, body } = await get(accept, { as });
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      expect(body).toEqual(invoice);
    },
  );

  test.each([
    ['application/pdf', 'pdf', 'application/pdf'],
    ['text/csv', 'csv', 'text/csv; charset=utf-8'],
    ['application/json;q=0.4, text/csv;q=0.5', 'csv', 'text/csv; charset=utf-8'],
    ['application/vnd.berth.invoice+json', 'json', 'application/vnd.berth.invoice+json'],
  ] as const)('is the file when %s is accepted', async (accept, format, type) => {
    inParts(1000);
    const { status, headers, text } = await get(accept, { as });
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': type,
      'content-disposition': `attachment; filename="BERTH-2026-000042.${format}"`,
      'content-length': String(CONTENT[format].length),
      etag: `"${sha256Of(CONTENT[format])}"`,
      vary: expect.stringMatching(/accept/i),
    });
    expect(text).toBe(CONTENT[format].toString());
    expect(gateway.services.asked).toMatchObject([
      { data: { accountId: ids.account, invoiceId: ids.invoice, format, part: 0 } },
    ]);
  });

  test('is the file that a link names, to the byte, in however many parts it comes', async () => {
    inParts(7);
    for (const format of ['pdf', 'csv', 'json'] as const)
      expect(await download(`?format=${format}`, as)).toEqual(CONTENT[format]);
  });

  test('is nothing to who accepts none of its forms', async () => {
    expect(await get('image/png', { as })).toMatchObject({ status: 406, body: { code: 'not_acceptable' } });
    expect(gateway.services.asked).toEqual([]);
  });
});

test('a file that is not made yet is worth another try', async () => {
  gateway.services.answer(GetInvoiceDocument, () => {
    throw problem('dependency_unavailable', { detail: 'The document is being made; it takes moments.' });
  });
  const { status, headers, body } = await get('application/pdf');
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'dependency_unavailable' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a file that breaks off is not taken for a whole one', async () => {
  gateway.services.answer(GetInvoiceDocument, ({ part }) => {
    if (part > 0) throw problem('dependency_unavailable');
    return { number: 'BERTH-1', sha256: 'x', bytes: 100, content: 'AAAA', nextPart: 1 };
  });
  await expect(get('application/pdf')).rejects.toThrow();
});

test('a file is only looked at by HEAD', async () => {
  inParts(7);
  const { status, headers, text } = await get('application/pdf', { method: 'HEAD' });
  expect([status, text, headers.get('content-length')]).toEqual([200, '', String(CONTENT.pdf.length)]);
  expect(gateway.services.asked).toHaveLength(1);
});

test('a format that there is none of is refused', async () => {
  expect(await get('*/*', { query: '?format=docx' })).toMatchObject({ status: 400 });
});
