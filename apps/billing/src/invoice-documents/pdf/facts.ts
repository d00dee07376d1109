import { daysOf, dayOf, daysBetween } from '../dates.ts';
import { grouped } from '../decimals.ts';
import type { IssuedInvoice } from '../issued.ts';
import { CONTENT_WIDTH, LEFT, type Paper } from './paper.ts';
import { lineHeight, MUTED, type Style } from './typesetting.ts';

const LABEL: Style = { size: 7.5, color: MUTED };
const VALUE: Style = { size: 9, weight: 'bold' };
const PADDING = 8;

/** What is looked for first: number, days, and what is to be paid until when. */
export function writeFacts(paper: Paper, invoice: IssuedInvoice): void {
  const facts = factsOf(invoice);
  const height = lineHeight(LABEL) + lineHeight(VALUE) + 2 * PADDING;
  paper.band(paper.y, height);
  const widths = facts.map(([label, value]) =>
    Math.max(paper.text.widthOf(label, LABEL), paper.text.widthOf(value, VALUE)),
  );
  const free = CONTENT_WIDTH - 2 * PADDING - widths.reduce((sum, width) => sum + width, 0);
  const gap = Math.max(6, free / (facts.length - 1));
  let x = LEFT + PADDING;
  for (const [index, [label, value]] of facts.entries()) {
    const at = { x, y: paper.y + PADDING, width: LEFT + CONTENT_WIDTH - PADDING - x };
    paper.piece('P', {}, () => {
      paper.text.line(label, at, LABEL);
      paper.text.line(value, { ...at, y: at.y + lineHeight(LABEL) }, VALUE);
    });
    x += (widths[index] ?? 0) + gap;
  }
  paper.y += height;
}

function factsOf({
  kind,
  number,
  issuedAt,
  dueAt,
  month,
  currency,
  ...of
}: IssuedInvoice): [string, string][] {
  const facts: [string, string][] = [
    ['Number', number],
    ['Issue date', dayOf(issuedAt)],
    ['Period (UTC)', daysOf(month)],
  ];
  if (kind === 'credit_note')
    return [
      ...facts,
      ['Corrects invoice', of.corrects?.number ?? ''],
      ['Total', `${currency} ${grouped(of.total)}`],
    ];
  if (dueAt) facts.push(['Due date', dayOf(dueAt)]);
  return [...facts, ['Amount due', `${currency} ${grouped(of.amountDue)}`]];
}

/** Of a credit note, and of what credit has paid, nothing is. */
export const isToBePaid = ({ dueAt, amountDue }: IssuedInvoice): boolean =>
  dueAt !== null && /[1-9]/.test(amountDue);

/** Until when and how it is to be paid, in a sentence. */
export function termsOf(invoice: IssuedInvoice): string {
  const { kind, issuedAt, dueAt, amountDue, currency, number } = invoice;
  if (kind === 'credit_note')
    return 'Nothing is due. The amount is taken off what is still to be paid of the corrected invoice; what is beyond that is kept as credit.';
  if (!dueAt || !isToBePaid(invoice)) return 'Nothing is left to pay.';
  const days = daysBetween(issuedAt, dueAt);
  const within = days > 0 ? `, within ${days} ${days === 1 ? 'day' : 'days'} of the issue date` : '';
  return `Please pay ${currency} ${grouped(amountDue)} by ${dayOf(dueAt)}${within}, and give the number ${number} as the reference.`;
}
