/** What becomes of a queue message: it is done with, or it comes again because the time is not ripe. */
export type Outcome = 'done' | { againInSeconds: number };

/** After how many deliveries a thing not known yet counts as unknown: about a minute, by {@link later}. */
export const PATIENCE_ATTEMPTS = 14;

/** Soon at first, as most of what is awaited is on its way already, then every few seconds. */
export const later = (attempt: number): Outcome => ({ againInSeconds: Math.min(5, Math.ceil(attempt / 2)) });
