/** How long a token may be good for, in days; 0: until it is revoked. */
export const LIVES = [
  { days: 7, label: 'A week' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'A year' },
  { days: 0, label: 'Until it is revoked' },
] as const;

const DAY = 86_400_000;

/** When a token made `now` (milliseconds since 1970) is over, RFC 3339; undefined: never. */
export const expiryOf = (days: number, now: number): string | undefined =>
  days > 0 ? new Date(now + days * DAY).toISOString() : undefined;

/** Whether a token is over, or soon: within a week. */
export function stateOf(expiresAt: string | null, now: number): 'good' | 'soon' | 'over' {
  if (expiresAt === null) return 'good';
  const left = Date.parse(expiresAt) - now;
  return left <= 0 ? 'over' : left < 7 * DAY ? 'soon' : 'good';
}
