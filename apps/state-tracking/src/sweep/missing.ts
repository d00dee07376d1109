import type { Instance } from '../instances/instance.model.ts';

/** EC2 may not show an instance yet right after it was made; that is no evidence of absence. */
const YOUNG_MILLISECONDS = 60_000;
/** One answer of EC2 may leave an instance out by mistake. */
const SWEEPS_MISSING = 2;

/** In how many sweeps in a row an instance has been missing. */
export type Misses = ReadonlyMap<string, number>;

/** Which of the known instances a sweep did not find, counted on from the sweep before. */
export function countMissing(before: Misses, known: Iterable<Instance>, seen: ReadonlySet<string>): Misses {
  const misses = new Map<string, number>();
  for (const { _id: id, state } of known) {
    if (state !== 'absent' && !seen.has(id)) misses.set(id, (before.get(id) ?? 0) + 1);
  }
  return misses;
}

/** Whether an instance that has been missing this often is gone. */
export function isAbsent({ firstSeenAt }: Instance, misses: number, now: Date): boolean {
  return misses >= SWEEPS_MISSING && now.getTime() - firstSeenAt.getTime() > YOUNG_MILLISECONDS;
}
