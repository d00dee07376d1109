import type { DeadLetter } from './dead-letters.ts';

const LONGEST_ERROR = 100;

/** A line each, for people. */
export function tableOf(letters: readonly DeadLetter[]): string {
  if (!letters.length) return 'No dead letters';
  const rows = letters.map(({ id, type, queue, reason, attempts, deadAt, stack }) =>
    [id, type, queue, reason, String(attempts), deadAt ?? '-', firstLine(stack)].map(printable),
  );
  const table = [['ID', 'TYPE', 'QUEUE', 'REASON', 'ATTEMPTS', 'DEAD SINCE', 'ERROR'], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) => line(row, widths)).join('\n');
}

/** All that is known of one, for people. */
export function detailsOf({ stack, body, deadAt = '-', ...fields }: DeadLetter): string {
  const known = Object.entries({ ...fields, 'dead since': deadAt });
  const lines = known.map(([name, value]) => `${name.padEnd(12)}${String(value)}`);
  return printable(
    [...lines, '', stack || 'No stack: the broker put it here', '', indented(body)].join('\n'),
  );
}

const line = (row: readonly string[], widths: readonly number[]) =>
  row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd();

const firstLine = (stack: string) => (stack.split('\n', 1)[0] ?? '').slice(0, LONGEST_ERROR);

/** Messages may quote what customers typed: no control characters for the terminal but new lines and tabs. */
const printable = (text: string) => text.replace(/(?![\n\t])\p{Cc}/gu, '\uFFFD');

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
