/** A UTC calendar month: `[from, to)`. */
export interface Month {
  /** `2026-11` */
  name: string;
  from: Date;
  to: Date;
}

/** `monthOf('2026-11')` */
export function monthOf(name: string): Month {
  const from = new Date(`${name}-01T00:00:00Z`);
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + 1);
  return { name, from, to };
}

/** The name of the month a moment lies in. */
export const monthNameAt = (moment: Date): string => moment.toISOString().slice(0, 7);

/** The month a moment lies in. */
export const monthAt = (now: Date): Month => monthOf(monthNameAt(now));
