import {
  METERS,
  type AccountTax,
  type InvoiceContent,
  type InvoiceLine,
  type InvoiceReference,
} from '@berth/contracts';
import { Exact, percentOf, rounded, sumOf } from '@berth/pricing';
import type { Position } from './positions.ts';

/** What lines say besides how much was used. */
interface About {
  /** In which it was used. */
  month: string;
  currency: string;
  /** Absent: the month is closed for the first time. */
  correction?: { corrects: InvoiceReference | null };
}

/** Makes lines of positions, rounded once each; they are counted from `first` on. */
export const linesOf = (positions: readonly Position[], about: About, first = 1): InvoiceLine[] =>
  positions.map((position, index) => lineOf(position, about, first + index));

function lineOf(position: Position, { month, currency, correction }: About, n: number): InvoiceLine {
  const { meter, region, size, quantity, unitPrice, periods } = position;
  const { name, unit } = METERS[meter];
  const what = [name, ...(size === null ? [] : [size]), 'in', region].join(' ');
  const invoice = correction?.corrects ? `, invoice ${correction.corrects.number}` : '';
  return {
    n,
    kind: correction ? 'correction' : 'usage',
    description: correction ? `Correction of ${month}${invoice}: ${what}` : what,
    month,
    meter,
    region,
    size,
    periods,
    quantity,
    unit,
    unitPrice,
    amount: rounded(new Exact(unitPrice).times(quantity).toFixed(), currency),
    corrects: correction?.corrects ?? null,
  };
}

/** What lines come to, with tax on their sum. */
export function totalsOf(
  lines: readonly InvoiceLine[],
  { rate, reverseCharge, note }: AccountTax,
  currency: string,
): Pick<InvoiceContent, 'subtotal' | 'tax' | 'total'> {
  const subtotal = rounded(sumOf(lines.map(({ amount }) => amount)), currency);
  const amount = percentOf(subtotal, rate, currency);
  const total = rounded(sumOf([subtotal, amount]), currency);
  return { subtotal, tax: { rate, reverseCharge, note, amount }, total };
}
