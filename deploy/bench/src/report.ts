import type { Bench, Goal } from './bench.ts';
import type { Outcome } from './outcome.ts';

/** The outcomes of a bench as a Markdown table, which is also what the terminal shows. */
export function tableOf({ about, rounds }: Bench, outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ goal, ours, theirs, compared, reached }) => [
    goal.measure,
    number(ours),
    goal.against ?? '',
    theirs === undefined ? '' : number(theirs),
    goal.against === undefined ? '' : (goal.by ?? 'ratio'),
    number(compared.median),
    `${number(compared.min)} to ${number(compared.max)}`,
    mustReach(goal),
    reached === undefined ? '' : reached ? 'yes' : '**no**',
  ]);
  const head = [
    'measure',
    'Berth',
    'against',
    'theirs',
    'compared by',
    'median',
    'rounds',
    'must reach',
    'does',
  ];
  return `${about} ${rounds} rounds.\n\n${aligned([head, ...rows])}\n`;
}

function mustReach({ atLeast, atMost }: Goal): string {
  if (atLeast !== undefined && atMost !== undefined) return `${atLeast} to ${atMost}`;
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  return atMost === undefined ? '' : `≤ ${atMost}`;
}

/** Three digits are more than a bench can tell. */
function number(value: number): string {
  return Math.abs(value) >= 1000
    ? Number(value.toPrecision(3)).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/**
 * Puts the text between the document's markers of this name, or, when there are none, with markers at its end. What else
 * stands in the document stays.
 */
export function withSection(document: string, name: string, text: string): string {
  const begin = `<!-- bench ${name}: npm run bench writes this -->`;
  const end = `<!-- end of ${name} -->`;
  const section = `${begin}\n\n${text.trim()}\n\n${end}`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) return `${document.trimEnd()}\n\n${section}\n`;
  return document.slice(0, from) + section + document.slice(to + end.length);
}
