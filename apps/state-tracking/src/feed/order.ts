import type { Arrival } from './arrival.model.ts';

type Arrived = Pick<Arrival, '_id' | 'serverId' | 'revision' | 'arrivedAt'>;

export interface Taken<A extends Arrived> {
  /** To be added, in this order. */
  next: A[];
  /** Told already, or covered by a later one: each holds the whole picture. */
  superseded: A[];
}

/**
 * Which of an account's arrivals its feed takes up now: of each server those that follow on what was told, without a gap.
 * What is missing is waited for until something behind it has waited since `patientSince`; then it is done without.
 */
export function nextInOrder<A extends Arrived>(
  arrivals: readonly A[],
  told: ReadonlyMap<string, number>,
  patientSince: Date,
): Taken<A> {
  const taken: Taken<A> = { next: [], superseded: [] };
  for (const [serverId, ofServer] of Map.groupBy(arrivals, ({ serverId }) => serverId)) {
    const sorted = ofServer.toSorted((a, b) => a.revision - b.revision);
    const lastDue = sorted.findLastIndex(({ arrivedAt }) => arrivedAt <= patientSince);
    let revision = told.get(serverId) ?? 0;
    for (const [index, arrival] of sorted.entries()) {
      if (arrival.revision <= revision) taken.superseded.push(arrival);
      else if (arrival.revision === revision + 1 || index <= lastDue) {
        taken.next.push(arrival);
        revision = arrival.revision;
      }
    }
  }
  return taken;
}
