import type { Resource } from '../cloud/inventory.ts';
import type { Orphan } from './orphan.model.ts';

/** On a volume, with the time as its value: who needs it takes this tag off, and `berth:deployment-id` too. */
export const QUARANTINED_AT = 'berth:quarantined-at';

/** An orphan is one when it was seen so in so many sweeps. */
const SIGHTINGS = 2;

export type NextStep = 'terminate' | 'quarantine' | 'delete';

/** What is to be done about an orphan now; null: nothing, or not yet. */
export function nextStep(
  orphan: Orphan,
  resource: Resource,
  { now, quarantineDays }: { now: Date; quarantineDays: number },
): NextStep | null {
  if (orphan.held !== null || orphan.sightings < SIGHTINGS) return null;
  if (orphan.kind === 'instance') return 'terminate';
  const since = quarantinedSince(orphan, resource);
  if (since === null) return 'quarantine';
  return now.getTime() - since >= quarantineDays * 86_400_000 ? 'delete' : null;
}

/** Both the tag and our note of it must be there, the later counts: either may have been lost or written by somebody else. */
function quarantinedSince({ quarantinedAt }: Orphan, { tags }: Resource): number | null {
  const tagged = Date.parse(tags[QUARANTINED_AT] ?? '');
  if (quarantinedAt === null || Number.isNaN(tagged)) return null;
  return Math.max(quarantinedAt.getTime(), tagged);
}
