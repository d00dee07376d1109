const SHORTEST_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 10_000;

/** Doubles up to 10 s, half of it random so that callers of one account don't come back in step. */
export function backoffMilliseconds(failures: number): number {
  const full = Math.min(LONGEST_MILLISECONDS, SHORTEST_MILLISECONDS * 2 ** failures);
  return full / 2 + (Math.random() * full) / 2;
}
