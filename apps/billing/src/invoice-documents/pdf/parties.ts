import type { IssuedInvoice } from '../issued.ts';
import { CONTENT_WIDTH, LEFT, type Paper } from './paper.ts';
import { lineHeight, MUTED, type Style } from './typesetting.ts';

const LABEL: Style = { size: 7.5, color: MUTED };
const NAME: Style = { size: 10, weight: 'bold' };
const BODY: Style = { size: 9 };
const GUTTER = 30;
const COLUMN = (CONTENT_WIDTH - GUTTER) / 2;

const COUNTRIES = new Intl.DisplayNames(['en'], { type: 'region' });

/** Who issues it and whom it is for, beside each other. */
export function writeParties(paper: Paper, { seller, buyer }: IssuedInvoice): void {
  const top = paper.y;
  const from = [...seller.addressLines, countryOf(seller.country), taxIdOf(seller.taxId), seller.email];
  const to = [...buyer.addressLines, countryOf(buyer.country), taxIdOf(buyer.taxId), buyer.email];
  const left = party(paper, LEFT, { label: 'Billed to', name: buyer.name ?? buyer.accountId, lines: to });
  paper.y = top;
  const right = party(paper, LEFT + COLUMN + GUTTER, { label: 'From', name: seller.name, lines: from });
  paper.y = Math.max(left, right);
}

/** Returns where it ends. */
function party(
  paper: Paper,
  x: number,
  { label, name, lines }: { label: string; name: string; lines: readonly (string | null)[] },
): number {
  const at = () => ({ x, y: paper.y, width: COLUMN });
  paper.piece('P', {}, () => {
    paper.text.line(label, at(), LABEL);
    paper.y += lineHeight(LABEL) + 1;
    paper.y += paper.text.block(name, at(), NAME) + 1;
    for (const line of lines) if (line) paper.y += paper.text.block(line, at(), BODY);
  });
  return paper.y;
}

const countryOf = (code: string | null): string | null => code && (COUNTRIES.of(code) ?? code);
const taxIdOf = (id: string | null): string | null => id && `Tax ID: ${id}`;
