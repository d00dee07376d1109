import type { AuditFilter } from '@berth/contracts';

/** What is looked for; empty: anything. Days are local, `2026-11-22`, both included. */
export interface Wanted {
  actor: string;
  action: string;
  outcome: string;
  from: string;
  to: string;
}

const NAMES = ['actor', 'action', 'outcome', 'from', 'to'] as const;

/** As the page's address says. */
export const wantedIn = (query: URLSearchParams): Wanted =>
  Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ''])) as unknown as Wanted;

/** The same as the API is asked for it; a day that is none does not count. */
export function filterOf({ actor, action, outcome, from, to }: Wanted): {
  [name in keyof AuditFilter]?: string;
} {
  return {
    ...(actor && { actor }),
    ...(action && { action }),
    ...(outcome && { outcome }),
    ...spanOf({ from, to }),
  };
}

/** From the beginning of the first day up to the end of the last. */
export function spanOf({ from, to }: Pick<Wanted, 'from' | 'to'>): { from?: string; to?: string } {
  const begin = midnight(from, 0);
  const end = midnight(to, 1);
  return { ...(begin && { from: begin }), ...(end && { to: end }) };
}

function midnight(day: string, daysLater: number): string | undefined {
  const [year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)?.slice(1).map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const moment = new Date(year, month - 1, date + daysLater);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
