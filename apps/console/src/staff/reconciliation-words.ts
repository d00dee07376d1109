import type { Reconciliation, ReconciliationFlag } from '@berth/contracts';
import type { Tone } from '../ui/statuses.ts';

export const STATES: Readonly<Record<Reconciliation['state'], { label: string; tone: Tone }>> = {
  running: { label: 'Comparing', tone: 'busy' },
  succeeded: { label: 'Compared', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
};

/** What is wrong with a server. */
export const FLAGS: Readonly<Record<ReconciliationFlag, { label: string; tone: Tone }>> = {
  costs_without_being_billed: { label: 'Costs without being billed', tone: 'bad' },
  unknown_server: { label: 'Unknown', tone: 'warn' },
  billed_without_cost: { label: 'Billed without cost', tone: 'warn' },
};

/** What is wrong in how many servers, in words; null when nothing is. */
export function flaggedText(
  flagged: readonly { flag: ReconciliationFlag; servers: number }[],
): string | null {
  if (flagged.length === 0) return null;
  return flagged.map(({ flag, servers }) => `${FLAGS[flag].label}: ${servers}`).join(' · ');
}
