/** For so many months after it was closed a month is compared with what was recorded since. */
const MOST_MONTHS = 12;

/** The earliest month that is still corrected in a month: `2025-11` in `2026-11`. */
export function monthsBack(month: string): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() - MOST_MONTHS);
  return at.toISOString().slice(0, 7);
}
