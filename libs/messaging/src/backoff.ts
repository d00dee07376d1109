const SHORTEST_MILLISECONDS = 100;
const LONGEST_MILLISECONDS = 5_000;

/** The pause before the next attempt: doubles up to 5 s, half of it random so that replicas don't come back in step. */
export function backoffMilliseconds(failures: number): number {
  const full = Math.min(LONGEST_MILLISECONDS, SHORTEST_MILLISECONDS * 2 ** failures);
  return full / 2 + (Math.random() * full) / 2;
}
