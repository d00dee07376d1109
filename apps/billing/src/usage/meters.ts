import type { Meter } from '@berth/contracts';
import type { Fact } from './intervals.ts';

/** What each meter counts in a minute after a transition: 1 of a server, or its GiB; 0 while it stands still. */
export const UNITS_PER_MINUTE: Readonly<Record<Meter, (fact: Fact) => number>> = {
  compute: ({ computeBilled }) => (computeBilled ? 1 : 0),
  disk: ({ diskBilled, diskGib }) => (diskBilled ? diskGib : 0),
  backup: ({ backupGib = 0 }) => backupGib,
};
