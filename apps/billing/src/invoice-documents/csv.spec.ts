import { describe, expect, test } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { csvOf } from './csv.ts';
import { invoice, line } from './sample.fixture.ts';

/** Reads what RFC 4180 describes: each cell, without its quotes. */
function cellsOf(file: Buffer): string[][] {
  const rows = [...file.toString('utf8').matchAll(/(?:(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,|\r\n))+?(?<=\r\n)/g)];
  return rows.map(([row]) =>
    [...row.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(?:,|\r\n)/g)].map(([, cell = '']) =>
      cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
    ),
  );
}

function rowsOf(file: Buffer): Record<string, string>[] {
  const [head = [], ...rows] = cellsOf(file);
  return rows.map((cells) => Object.fromEntries(head.map((column, index) => [column, cells[index] ?? ''])));
}

const sum = (rows: Record<string, string>[]) =>
  Decimal.sum(0, ...rows.map((row) => row['amount'] ?? '')).toFixed(2);

describe('an invoice as CSV', () => {
  test('has a row for each line, then tax and credit, under one head', () => {
    const rows = rowsOf(csvOf(invoice()));
    expect(rows.map((row) => [row['row'], row['line'], row['amount']])).toEqual([
      ['line', '1', '10.00'],
      ['line', '2', '1.50'],
      ['tax', '', '2.18'],
      ['credit', '', '-5.00'],
    ]);
    expect(rows[0]).toMatchObject({
      number: 'BERTH-2026-000042',
      currency: 'EUR',
      description: 'Compute small in eu-central-1',
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-12-01T00:00:00.000Z',
      quantity: '43200',
      unit: 'minute',
      unitPrice: '0.000231481481',
    });
    expect(rows[2]).toMatchObject({ taxRate: '19' });
  });

  test('adds up to what is due, its lines to the subtotal', () => {
    const rows = rowsOf(csvOf(invoice()));
    expect(sum(rows)).toBe(invoice().amountDue);
    expect(sum(rows.filter(({ row }) => row === 'line'))).toBe(invoice().subtotal);
  });

  test('ends every row with CRLF, and every row has as many cells as the head', () => {
    const file = csvOf(invoice()).toString('utf8');
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(file.endsWith('\r\n')).toBe(true);
    const [head = [], ...rows] = cellsOf(csvOf(invoice()));
    expect(rows.map((cells) => cells.length)).toEqual(rows.map(() => head.length));
  });

  test.each(['=1+1', '+1', '-1 for you', '@SUM(A1)', '\t=1', '\r=1'])('has no formula in it: %j', (text) => {
    const odd = invoice({
      lines: [line(1, { description: text })],
      credits: [{ creditId: 'crd_01h455vb4pex5vsknk084sn02q', reason: text, amount: '5.00' }],
    });
    const described = rowsOf(csvOf(odd)).filter(({ row }) => row !== 'tax');
    expect(described.map((row) => row['description'])).toEqual([`'${text}`, `'${text}`]);
  });

  test('keeps commas, quotes and names of every script', () => {
    const reason = 'Žluťoučký, "株式会社"\nΕλλάδα';
    const odd = invoice({
      credits: [{ creditId: 'crd_01h455vb4pex5vsknk084sn02q', reason, amount: '5.00' }],
    });
    expect(rowsOf(csvOf(odd)).at(-1)).toMatchObject({ description: reason });
  });

  test('of a credit note says what is corrected, and takes back', () => {
    const corrects = { id: 'inv_01h455vb4pex5vsknk084sn02q', number: 'BERTH-2026-000042' };
    const note = invoice({
      ...{ kind: 'credit_note', corrects, credits: [], dueAt: null },
      lines: [line(1, { quantity: -4320, amount: '-1.00' })],
      ...{ subtotal: '-1.00', total: '-1.19', amountDue: '-1.19' },
      tax: { rate: '19', reverseCharge: false, note: null, amount: '-0.19' },
    });
    const rows = rowsOf(csvOf(note));
    expect(rows.map((row) => [row['quantity'], row['amount'], row['corrects']])).toEqual([
      ['-4320', '-1.00', 'BERTH-2026-000042'],
      ['', '-0.19', 'BERTH-2026-000042'],
    ]);
    expect(sum(rows)).toBe('-1.19');
  });
});
