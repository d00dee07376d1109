/** A text, a number, or nothing. A number that is kept as text to be exact is a `decimal`: it may begin with a minus. */
export type Cell = string | number | { decimal: string } | null;

/** What spreadsheets take for a formula at the beginning of a cell (https://owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^[=+\-@\t\r]/;
const DECIMAL = /^-?\d+(\.\d+)?$/;
const NEEDS_QUOTES = /[",\r\n]/;

/** A line of a file with its end (RFC 4180, CRLF). No text in it is a formula to a spreadsheet. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(written).join(',')}\r\n`;

function written(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object' && DECIMAL.test(cell.decimal)) return cell.decimal;
  const text = typeof cell === 'object' ? cell.decimal : cell;
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
