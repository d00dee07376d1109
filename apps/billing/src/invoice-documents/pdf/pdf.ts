import type { IssuedInvoice } from '../issued.ts';
import { writeFacts } from './facts.ts';
import { writeLines } from './lines.ts';
import { CONTENT_WIDTH, LEFT, Paper } from './paper.ts';
import { writeParties } from './parties.ts';
import { writeTotals } from './totals.ts';
import { lineHeight, type Style } from './typesetting.ts';

const TITLE: Style = { size: 22, weight: 'bold' };
const TITLES = { invoice: 'Invoice', credit_note: 'Credit note' };

/** An invoice or credit note for people and their archives: A4, every font embedded, tagged; the same invoice makes the same bytes. */
export function pdfOf(invoice: IssuedInvoice): Promise<Buffer> {
  const { kind, number, seller, issuedAt } = invoice;
  const title = `${TITLES[kind]} ${number}`;
  const about = { title, author: seller.name, foot: `${number} · ${seller.name}`, at: new Date(issuedAt) };
  const paper = new Paper(about);
  paper.piece('H1', {}, () =>
    paper.text.line(TITLES[kind], { x: LEFT, y: paper.y, width: CONTENT_WIDTH }, TITLE),
  );
  paper.y += lineHeight(TITLE) + 14;
  writeParties(paper, invoice);
  paper.y += 20;
  writeFacts(paper, invoice);
  paper.y += 20;
  writeLines(paper, invoice);
  writeTotals(paper, invoice);
  return paper.finished();
}
