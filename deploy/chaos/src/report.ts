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
  results: readonly Result[];
}

export type Result = Pick<Invariant, 'name' | 'mustBe'> & Outcome;

/** The report as Markdown, which is also what the terminal shows. */
export function reportOf(report: Report): string {
  const faults = [...report.faults].sort(([, a], [, b]) => b - a);
  const total = faults.reduce((sum, [, count]) => sum + count, 0);
  return [
    `Seed \`${report.seed}\`: ${report.lifecycles} server lifecycles under ${total} faults in ${time(report.realSeconds)} ` +
      `(${time(report.virtualSeconds)} of virtual time).`,
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

/** How often each of them occurs. */
export function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
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
