import type { Invariant, Outcome } from './invariants/invariant.ts';

/** What a run comes to. */
export interface Report {
  seed: string;
  /** Servers launched by customers. */
  lifecycles: number;
  /** How often each fault struck. */
  faults: ReadonlyMap<string, number>;
  realSeconds: number;
  virtualSeconds: number;
  /** From the end of the faults until nothing was under way any more; null: it was not within the time it had. */
  settledAfterSeconds: number | null;
  results: readonly Result[];
}

export type Result = Pick<Invariant, 'name' | 'mustBe'> & Outcome;

/** The report as Markdown, which is also what the terminal shows. */
export function reportOf(report: Report): string {
  const faults = [...report.faults].sort(([, a], [, b]) => b - a);
  const total = faults.reduce((sum, [, count]) => sum + count, 0);
  const settled =
    report.settledAfterSeconds === null
      ? 'did not come to rest within two minutes'
      : `came to rest ${Math.round(report.settledAfterSeconds)} s after the last fault`;
  return [
    `Seed \`${report.seed}\`: ${report.lifecycles} server lifecycles under ${total} faults in ${time(report.realSeconds)} ` +
      `(${time(report.virtualSeconds)} of virtual time); the system ${settled}.`,
    '',
    aligned([
      ['invariant', 'must be', 'measured', 'holds'],
      ...report.results.map(({ name, mustBe, measured, findings }) => [
        name,
        mustBe,
        measured,
        findings.length === 0 ? 'yes' : '**no**',
      ]),
    ]),
    '',
    aligned([['fault', 'times'], ...faults.map(([name, count]) => [name, String(count)])]),
  ].join('\n');
}

function time(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A table of Markdown; the first row is its head. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
