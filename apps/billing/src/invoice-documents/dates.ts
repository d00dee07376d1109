const UTC = { timeZone: 'UTC' } as const;
const DAY = new Intl.DateTimeFormat('en-GB', { ...UTC, dateStyle: 'long' });
const SHORT_DAY = new Intl.DateTimeFormat('en-GB', { ...UTC, dateStyle: 'medium' });
const MONTH = new Intl.DateTimeFormat('en-GB', { ...UTC, month: 'long', year: 'numeric' });
const DAY_MILLISECONDS = 86_400_000;

/** The UTC day of an instant: `1 December 2026`. */
export const dayOf = (instant: string): string => DAY.format(new Date(instant));

/** `2026-11` is `November 2026`. */
export const monthOf = (month: string): string => MONTH.format(startOf(month));

/** `2026-11` is `1 to 30 November 2026`. */
export function daysOf(month: string): string {
  return `1 to ${DAY.format(new Date(endOf(month).getTime() - 1))}`;
}

/** An instant to the minute: `15 Nov 2026 12:00`. Prices change at whole ones. */
export const minuteOf = (instant: string): string =>
  `${SHORT_DAY.format(new Date(instant))} ${new Date(instant).toISOString().slice(11, 16)}`;

/** Whether times are a whole month, and so need not be said. */
export function isWhole(month: string, periods: readonly { from: string; to: string }[]): boolean {
  const [only, another] = periods;
  if (!only || another) return false;
  return (
    new Date(only.from).getTime() === startOf(month).getTime() &&
    new Date(only.to).getTime() === endOf(month).getTime()
  );
}

/** Whole UTC days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / DAY_MILLISECONDS);

const startOf = (month: string): Date => new Date(`${month}-01T00:00:00.000Z`);

function endOf(month: string): Date {
  const start = startOf(month);
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1));
}
