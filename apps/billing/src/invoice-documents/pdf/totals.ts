import { grouped, negated } from '../decimals.ts';
import type { IssuedInvoice } from '../issued.ts';
import { isToBePaid, termsOf } from './facts.ts';
import { CONTENT_WIDTH, LEFT, type Paper } from './paper.ts';
import { INK, lineHeight, MUTED, type Style } from './typesetting.ts';

const ROW: Style = { size: 9 };
const SUM: Style = { size: 9, weight: 'bold' };
const DUE: Style = { size: 10.5, weight: 'bold' };
const NOTE: Style = { size: 8.5 };
const LABEL: Style = { size: 7.5, color: MUTED };
const WIDTH = 260;
const AMOUNT = 90;
const X = LEFT + CONTENT_WIDTH - WIDTH;
const PADDING = 3;

interface Total {
  label: string;
  amount: string;
  style: Style;
}

/** What the lines come to, the tax on it, the credit that was taken, and what is left to pay; then how to pay it. */
export function writeTotals(paper: Paper, invoice: IssuedInvoice): void {
  const totals = totalsOf(invoice);
  const height = (total: Total) =>
    paper.text.wrapped(total.label, WIDTH - AMOUNT, total.style).length * lineHeight(total.style) +
    2 * PADDING;
  // All together, or a sum would stand on another sheet than what it is made of; what does not fit on one flows.
  paper.ensure(Math.min(totals.reduce((sum, total) => sum + height(total), 0) + 12, 600));
  paper.y += 12;
  paper.within('Table', () => {
    for (const total of totals) {
      paper.ensure(height(total));
      if (total.style !== ROW) paper.rule(paper.y, { width: 1, color: INK, x: X, length: WIDTH });
      paper.within('TR', () => row(paper, total));
      paper.y += height(total);
    }
  });
  paper.y += 18;
  for (const note of notesOf(invoice)) paragraph(paper, note);
  if (isToBePaid(invoice))
    for (const [index, line] of invoice.seller.paymentLines.entries())
      paragraph(paper, line, index === 0 ? 'Payment' : undefined);
}

function totalsOf({ kind, subtotal, tax, total, credits, amountDue, currency }: IssuedInvoice): Total[] {
  const rows = [
    { label: 'Subtotal', amount: subtotal, style: ROW },
    {
      label: tax.reverseCharge ? 'Tax 0% (reverse charge)' : `Tax ${tax.rate}% of ${grouped(subtotal)}`,
      amount: tax.amount,
      style: ROW,
    },
  ];
  if (kind === 'credit_note') return [...rows, { label: `Total ${currency}`, amount: total, style: DUE }];
  return [
    ...rows,
    { label: `Total ${currency}`, amount: total, style: SUM },
    ...credits.map(({ reason, amount }) => ({
      label: `Credit: ${reason}`,
      amount: negated(amount),
      style: ROW,
    })),
    { label: `Amount due ${currency}`, amount: amountDue, style: DUE },
  ];
}

function row(paper: Paper, { label, amount, style }: Total): void {
  const y = paper.y + PADDING;
  paper.piece(
    'TH',
    { scope: 'Row' },
    () => void paper.text.block(label, { x: X, y, width: WIDTH - AMOUNT }, style),
  );
  const right = { x: X + WIDTH - AMOUNT, y, width: AMOUNT };
  paper.piece('TD', {}, () => paper.text.line(grouped(amount), right, { ...style, align: 'right' }));
}

function notesOf(invoice: IssuedInvoice): string[] {
  const { tax } = invoice;
  const reverse = tax.reverseCharge
    ? 'Reverse charge: the recipient of the service is liable for the tax.'
    : null;
  return [tax.note ?? reverse, termsOf(invoice)].filter((note) => note !== null);
}

function paragraph(paper: Paper, text: string, label?: string): void {
  const lines = paper.text.wrapped(text, CONTENT_WIDTH, NOTE);
  paper.ensure(lines.length * lineHeight(NOTE) + (label ? lineHeight(LABEL) + 6 : 0));
  paper.piece('P', {}, () => {
    if (label) {
      paper.y += 6;
      paper.text.line(label, { x: LEFT, y: paper.y, width: CONTENT_WIDTH }, LABEL);
      paper.y += lineHeight(LABEL);
    }
    paper.y += paper.text.block(text, { x: LEFT, y: paper.y, width: CONTENT_WIDTH }, NOTE);
  });
  paper.y += label === undefined ? 4 : 0;
}
