import type { AuditEvent } from '@berth/contracts';

const COLUMNS: Readonly<Record<string, (event: AuditEvent) => string | number | null>> = {
  at: ({ at }) => at,
  actorKind: ({ actor }) => actor.kind,
  actorId: ({ actor }) => actor.id,
  actorName: ({ actor }) => actor.name,
  action: ({ action }) => action,
  targetType: ({ target }) => target && target.type,
  targetId: ({ target }) => target && target.id,
  outcome: ({ outcome }) => outcome,
  status: ({ status }) => status,
  code: ({ code }) => code,
  address: ({ address }) => address,
  userAgent: ({ userAgent }) => userAgent,
  requestId: ({ requestId }) => requestId,
  changes: ({ changes }) => changes && JSON.stringify(changes),
  id: ({ id }) => id,
};

/** What spreadsheets take for a formula at the beginning of a cell (https://owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** The first line of the file. */
export const csvHead = (): string => lineOf(Object.keys(COLUMNS));

/** An entry as a line (RFC 4180); nothing in it is a formula to a spreadsheet. */
export const csvLine = (event: AuditEvent): string =>
  lineOf(Object.values(COLUMNS).map((valueIn) => String(valueIn(event) ?? '')));

const lineOf = (cells: readonly string[]): string => `${cells.map(cellOf).join(',')}\r\n`;

function cellOf(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
