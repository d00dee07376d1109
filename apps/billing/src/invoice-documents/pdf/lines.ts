import type { InvoiceLine, MeterUnit } from '@berth/contracts';
import { isWhole, minuteOf, monthOf } from '../dates.ts';
import { grouped } from '../decimals.ts';
import type { IssuedInvoice } from '../issued.ts';
import { CONTENT_WIDTH, LEFT, type Paper } from './paper.ts';
import { INK, lineHeight, MUTED, type Style } from './typesetting.ts';

const HEAD: Style = { size: 7.5, weight: 'bold', color: MUTED };
const CELL: Style = { size: 8.5 };
const NOTE: Style = { size: 7.5, color: MUTED };
const PADDING = 4.5;
const GAP = 8;

interface Column {
  title: string;
  /** With the gap before it. */
  width: number;
  align: 'left' | 'right';
  textOf: (line: InvoiceLine) => string;
}

const UNITS: Readonly<Record<MeterUnit, string>> = { minute: 'minutes', gib_minute: 'GiB-minutes' };
const DESCRIPTION = 1;

const columnsOf = (currency: string): Column[] => [
  { title: 'No.', width: 24, align: 'left', textOf: ({ n }) => String(n) },
  { title: 'Description', width: 181, align: 'left', textOf: ({ description }) => description },
  { title: 'Quantity', width: 74, align: 'right', textOf: ({ quantity }) => grouped(quantity) },
  { title: 'Unit', width: 64, align: 'left', textOf: ({ unit }) => UNITS[unit] },
  { title: `Unit price (${currency})`, width: 80, align: 'right', textOf: ({ unitPrice }) => unitPrice },
  {
    title: `Amount (${currency})`,
    width: CONTENT_WIDTH - 423,
    align: 'right',
    textOf: ({ amount }) => grouped(amount),
  },
];

/** The lines as a table, whose head stands again on each further sheet. No line is torn apart. */
export function writeLines(paper: Paper, { lines, currency }: IssuedInvoice): void {
  const columns = columnsOf(currency);
  paper.within('Table', () => {
    paper.within('TR', () => head(paper, columns, (write) => paper.piece('TH', { scope: 'Column' }, write)));
    ruleBelowHead(paper);
    for (const line of lines) {
      const cells = cellsOf(paper, line, columns);
      const height = heightOf(cells);
      if (paper.ensure(height)) {
        paper.ornament(() => head(paper, columns, (write) => write()), { type: 'Pagination' });
        ruleBelowHead(paper);
      }
      paper.within('TR', () => row(paper, columns, line, cells));
      paper.y += height;
      paper.rule(paper.y);
    }
  });
}

const ruleBelowHead = (paper: Paper) => paper.rule(paper.y, { width: 1, color: INK });

interface Cells {
  description: string[];
  notes: string[];
}

const cellsOf = (paper: Paper, line: InvoiceLine, columns: readonly Column[]): Cells => ({
  description: paper.text.wrapped(line.description, widthOf(columns[DESCRIPTION]), CELL),
  notes: notesOf(paper, line, columns),
});

const heightOf = ({ description, notes }: Cells): number =>
  description.length * lineHeight(CELL) + notes.length * lineHeight(NOTE) + 2 * PADDING;

function head(paper: Paper, columns: readonly Column[], piece: (write: () => void) => void): void {
  for (const [{ title, align }, at] of placed(columns, paper.y))
    piece(() => paper.text.line(title, at, { ...HEAD, align }));
  paper.y += lineHeight(HEAD) + PADDING;
}

function row(
  paper: Paper,
  columns: readonly Column[],
  line: InvoiceLine,
  { description, notes }: Cells,
): void {
  for (const [index, [column, at]] of placed(columns, paper.y + PADDING).entries()) {
    paper.piece('TD', {}, () => {
      if (index !== DESCRIPTION)
        return paper.text.line(column.textOf(line), at, { ...CELL, align: column.align });
      for (const [nth, text] of description.entries())
        paper.text.line(text, { ...at, y: at.y + nth * lineHeight(CELL) }, CELL);
      const below = at.y + description.length * lineHeight(CELL);
      for (const [nth, text] of notes.entries())
        paper.text.line(text, { ...at, y: below + nth * lineHeight(NOTE) }, NOTE);
    });
  }
}

function notesOf(paper: Paper, line: InvoiceLine, columns: readonly Column[]): string[] {
  const { kind, month, periods, corrects } = line;
  const notes: string[] = [];
  if (kind === 'correction')
    notes.push(corrects ? `Corrects ${corrects.number}, ${monthOf(month)}` : `Corrects ${monthOf(month)}`);
  if (!isWhole(month, periods))
    notes.push(...periods.map(({ from, to }) => `${minuteOf(from)} to ${minuteOf(to)} UTC`));
  return notes.flatMap((note) => paper.text.wrapped(note, widthOf(columns[DESCRIPTION]), NOTE));
}

const widthOf = (column: Column | undefined): number => (column?.width ?? 0) - GAP;

function placed(columns: readonly Column[], y: number): [Column, { x: number; y: number; width: number }][] {
  let x = LEFT;
  return columns.map((column) => {
    const at = {
      x: column.align === 'right' ? x + GAP : x + (x === LEFT ? 0 : GAP),
      y,
      width: widthOf(column),
    };
    x += column.width;
    return [column, at];
  });
}
