import { COLUMNS } from './report-line.ts';

type Fields = Partial<Record<keyof typeof COLUMNS, string>>;

const HOUR = 3_600_000;
let lines = 0;

/** A line of a report of March 2026, of our deployment, unless it says otherwise. */
export const line = (fields: Fields = {}): Fields => ({
  id: `line-${++lines}`,
  periodStart: '2026-03-01T00:00:00Z',
  type: 'Usage',
  start: '2026-03-05T10:00:00Z',
  end: '2026-03-05T11:00:00Z',
  usageType: 'EUC1-BoxUsage:t3.medium',
  resourceId: 'i-0123456789abcdef0',
  cost: '0.048',
  currency: 'USD',
  deploymentId: 'local',
  ...fields,
});

const DISK = { usageType: 'EUC1-EBS:VolumeUsage.gp3', resourceId: 'vol-0123456789abcdef0', cost: '0.0026' };

/** A line for each of the hours `[from, to)` of 5 March. */
export function hours(kind: 'compute' | 'disk', from: number, to: number, fields: Fields = {}): Fields[] {
  return Array.from({ length: to - from }, (_, index) => {
    const start = Date.UTC(2026, 2, 5, from + index);
    const [begins, ends] = [start, start + HOUR].map((at) =>
      new Date(at).toISOString().replace('.000Z', 'Z'),
    );
    return line({ ...(kind === 'disk' && DISK), start: begins ?? '', end: ends ?? '', ...fields });
  });
}

/** As AWS writes it, with columns that nobody reads in between. */
export function csv(rows: readonly Fields[], columns: readonly string[] = Object.values(COLUMNS)): string {
  const names = Object.entries(COLUMNS);
  const valueOf = (row: Fields, column: string) => {
    const [field] = names.find(([, name]) => name === column) ?? [];
    return row[field as keyof typeof COLUMNS] ?? '';
  };
  const header = ['product/ProductName', ...columns].join(',');
  const lineOf = (row: Fields) =>
    ['"Amazon ""Elastic"" Compute Cloud, what else"', ...columns.map((column) => valueOf(row, column))].join(
      ',',
    );
  return [header, ...rows.map(lineOf), ''].join('\n');
}
