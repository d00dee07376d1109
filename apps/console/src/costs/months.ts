/** Invoice months are UTC's. */
const NAME = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** `2026-11`, of a moment in milliseconds since 1970. */
export const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);

export const monthName = (month: string): string => NAME.format(new Date(`${month}-01T00:00:00Z`));

/** `30 Nov` of `2026-11-30`. */
export const dayName = (day: string): string => DAY.format(new Date(`${day}T00:00:00Z`));

/** The month so many months later, or earlier. */
export function monthAfter(month: string, by: number): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + by);
  return monthOf(date.getTime());
}

/** Every day of a month, `2026-11-01` first. */
export function daysOf(month: string): string[] {
  const next = new Date(`${monthAfter(month, 1)}-01T00:00:00Z`);
  const length = new Date(next.getTime() - 1).getUTCDate();
  return Array.from({ length }, (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`);
}

/** A month out of an address, not later than `now`; what is none is `now`. */
export function monthIn(text: string | null, now: string): string {
  return text && /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text) && text <= now ? text : now;
}
