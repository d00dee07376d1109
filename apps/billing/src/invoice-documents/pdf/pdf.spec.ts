import { describe, expect, test } from '@jest/globals';
import { extractText, getDocumentProxy, getMeta } from 'unpdf';
import { grouped } from '../decimals.ts';
import type { IssuedInvoice } from '../issued.ts';
import { invoice, line } from '../sample.fixture.ts';
import { pdfOf } from './pdf.ts';

/** The words of each page, as a reader of the document copies them. */
async function pagesOf(of: IssuedInvoice): Promise<string[]> {
  const document = await getDocumentProxy(new Uint8Array(await pdfOf(of)));
  const { text } = await extractText(document, { mergePages: false });
  return text.map((page) => page.replaceAll(/\s+/g, ' '));
}
const textOf = async (of: IssuedInvoice) => (await pagesOf(of)).join(' ');

const corrects = { id: 'inv_01h455vb4pex5vsknk084sn02q', number: 'BERTH-2026-000017' };
const creditNote = invoice({
  ...{ kind: 'credit_note', number: 'BERTH-2026-000043', corrects, credits: [], dueAt: null },
  lines: [line(1, { quantity: -4320, amount: '-1.00' })],
  ...{ subtotal: '-1.00', total: '-1.19', amountDue: '-1.19' },
  tax: { rate: '19', reverseCharge: false, note: null, amount: '-0.19' },
});

describe('an invoice as PDF', () => {
  test('says who bills whom for what, and what is to be paid until when', async () => {
    const [page = '', another] = await pagesOf(invoice());
    expect(another).toBeUndefined();
    for (const text of [
      ...['Invoice', 'BERTH-2026-000042', '2 December 2026', '1 to 30 November 2026', '16 December 2026'],
      ...['Harbour Software GmbH', 'Am Kai 7', '20457 Hamburg', 'Germany', 'Tax ID: DE123456789'],
      ...['Analytical Engines Ltd', '12 St James’s Square', 'United Kingdom', 'Tax ID: GB999999973'],
      '1 Compute small in eu-central-1 43,200 minutes 0.000231481481 10.00',
      '2 Disk in eu-central-1 4,320,000 GiB-minutes 0.000000347222 1.50',
      ...['Subtotal 11.50', 'Tax 19% of 11.50 2.18', 'Total EUR 13.68', 'Credit: Welcome -5.00'],
      ...['Amount due EUR 8.68', 'Please pay EUR 8.68 by 16 December 2026, within 14 days of the issue date'],
      ...['IBAN DE02 1203 0000 0000 2020 51', 'Page 1 of 1'],
    ])
      expect(page).toContain(text);
  });

  test('is the same bytes whenever it is made', async () => {
    const first = await pdfOf(invoice());
    expect(await pdfOf(invoice())).toEqual(first);
    expect(await pdfOf(invoice({ number: 'BERTH-2026-000043' }))).not.toEqual(first);
  });

  test('says what it is: title, author, language, day of issue, and is tagged', async () => {
    const document = await getDocumentProxy(new Uint8Array(await pdfOf(invoice())));
    const { info } = await getMeta(document, { parseDates: true });
    expect(info).toMatchObject({
      ...{ Title: 'Invoice BERTH-2026-000042', Author: 'Harbour Software GmbH', Language: 'en-GB' },
      CreationDate: new Date('2026-12-02T00:00:00.000Z'),
    });
    expect(await document.getMarkInfo()).toMatchObject({ Marked: true });
    const page = await document.getPage(1);
    expect(JSON.stringify(await page.getStructTree())).toMatch(/"H1".*"P".*"Table".*"TR".*"TH".*"TD"/);
    const { width, height } = page.getViewport({ scale: 1 });
    expect([width, height].map(Math.round)).toEqual([595, 842]);
  });

  test('has every one of hundreds of lines, under a head on each page, and tells pages', async () => {
    const lines = Array.from({ length: 400 }, (_, index) =>
      line(index + 1, { quantity: 1000 + index, amount: `${1000 + index}.07` }),
    );
    const pages = await pagesOf(invoice({ lines }));
    expect(pages.length).toBeGreaterThan(9);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(page.match(/No\. Description Quantity Unit Unit price \(EUR\) Amount \(EUR\)/g)).toHaveLength(1);
    }
    const text = pages.join(' ');
    for (const { n, quantity, amount } of lines)
      expect(text).toContain(
        `${n} Compute small in eu-central-1 ${grouped(quantity)} minutes 0.000231481481 ${grouped(amount)}`,
      );
  });

  test.each([
    'Žluťoučký kůň s.r.o.',
    '株式会社日本',
    'Ελλάδα ΑΕ',
    'Общество с огр. отв.',
    '한국 주식회사',
    '简体中文',
  ])('shows the name %s', async (name) => {
    const { buyer } = invoice();
    expect(await textOf(invoice({ buyer: { ...buyer, name, addressLines: [name] } }))).toContain(name);
  });

  test('wraps what is too long, and loses none of it', async () => {
    const { buyer } = invoice();
    const name = Array.from({ length: 30 }, (_, index) => `Word${index}`).join(' ');
    const endless = 'x'.repeat(300);
    const text = await textOf(invoice({ buyer: { ...buyer, name, addressLines: [endless] } }));
    expect(text).toContain(name);
    expect(text.replaceAll(' ', '')).toContain(endless);
  });

  test('says under reverse charge who owes the tax', async () => {
    const reverse = { rate: '0', reverseCharge: true, amount: '0.00' };
    const usual = await textOf(invoice({ tax: { ...reverse, note: null } }));
    expect(usual).toContain('Tax 0% (reverse charge) 0.00');
    expect(usual).toContain('Reverse charge: the recipient of the service is liable for the tax.');
    const note = 'Autoliquidation: article 283-2 du CGI.';
    expect(await textOf(invoice({ tax: { ...reverse, note } }))).toContain(note);
  });

  test('says when within the month a price held, and of corrections what they correct', async () => {
    const text = await textOf(
      invoice({
        lines: [
          line(1, { periods: [{ from: '2026-11-01T00:00:00.000Z', to: '2026-11-15T12:00:00.000Z' }] }),
          line(2, { kind: 'correction', month: '2026-10', corrects, quantity: -3, amount: '-0.01' }),
        ],
      }),
    );
    expect(text).toContain('1 Nov 2026 00:00 to 15 Nov 2026 12:00 UTC');
    expect(text).toContain('Corrects BERTH-2026-000017, October 2026');
  });

  test('of an account without a profile names the account', async () => {
    const { accountId } = invoice().buyer;
    const buyer = { accountId, name: null, addressLines: [], country: null, taxId: null, email: null };
    expect(await textOf(invoice({ buyer }))).toContain(`Billed to ${accountId}`);
  });

  test('with nothing left to pay asks for no money', async () => {
    const text = await textOf(invoice({ amountDue: '0.00' }));
    expect(text).toContain('Nothing is left to pay.');
    expect(text).not.toContain('IBAN');
  });
});

test('a credit note says which invoice it corrects, and that nothing is due', async () => {
  const text = await textOf(creditNote);
  for (const words of ['Credit note', 'BERTH-2026-000043', 'Corrects invoice', 'BERTH-2026-000017'])
    expect(text).toContain(words);
  expect(text).toContain('Total EUR -1.19');
  expect(text).toContain('Nothing is due.');
  expect(text).not.toContain('Amount due');
});
