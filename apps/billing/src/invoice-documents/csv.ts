import { csvLine, type Cell } from '@berth/csv';
import { negated } from './decimals.ts';
import type { IssuedInvoice } from './issued.ts';

/** One row of the file. */
interface Row extends Partial<Record<Exclude<(typeof COLUMNS)[number], 'amount'>, string | number | null>> {
  amount: string;
}

const COLUMNS = [
  'number',
  'kind',
  'issuedAt',
  'dueAt',
  'currency',
  'row',
  'line',
  'description',
  'month',
  'meter',
  'region',
  'size',
  'from',
  'to',
  'quantity',
  'unit',
  'unitPrice',
  'taxRate',
  'amount',
  'corrects',
] as const;

/**
 * An invoice as a table (RFC 4180, UTF-8, CRLF): a row for each line, then one for the tax and one for each credit that was taken.
 * There are no sums among them, so `amount` adds up to what is due, that of the rows `line` to the subtotal.
 */
export const csvOf = (invoice: IssuedInvoice): Buffer =>
  Buffer.from([[...COLUMNS], ...rowsOf(invoice).map(cellsOf)].map(csvLine).join(''));

function rowsOf(invoice: IssuedInvoice): Row[] {
  const { number, kind, issuedAt, dueAt, currency, month, tax } = invoice;
  const corrects = invoice.corrects?.number ?? null;
  const lines = invoice.lines.map(({ n, periods, corrects: corrected, ...line }): Row => {
    const { description, meter, region, size, quantity, unit, unitPrice, amount } = line;
    const of = { description, month: line.month, meter, region, size, quantity, unit, unitPrice, amount };
    const time = { from: periods[0]?.from ?? null, to: periods.at(-1)?.to ?? null };
    return { row: 'line', line: n, ...of, ...time, corrects: corrected?.number ?? corrects };
  });
  const taxed: Row = {
    row: 'tax',
    description: tax.note,
    month,
    taxRate: tax.rate,
    amount: tax.amount,
    corrects,
  };
  const credits = invoice.credits.map(({ reason, amount }): Row => ({
    row: 'credit',
    description: reason,
    month,
    amount: negated(amount),
  }));
  const common = { number, kind, issuedAt, dueAt, currency };
  return [...lines, taxed, ...credits].map((row) => ({ ...common, ...row }));
}

/** An amount may be negative, which no text may begin with. */
const cellsOf = ({ amount, ...row }: Row): Cell[] =>
  COLUMNS.map((column) => (column === 'amount' ? { decimal: amount } : (row[column] ?? null)));
