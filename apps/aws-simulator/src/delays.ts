import type { Random } from './random.ts';

/** How long things take at AWS, in seconds, from–to. Shorter than in life, so that a local run is no wait. */
const SECONDS = {
  /** Until a read knows what a write just made. */
  visible: [0.1, 0.8],
  pending: [1.2, 2.4],
  stopping: [0.8, 1.6],
  shuttingDown: [0.8, 1.6],
  reboot: [0.5, 1],
  volumeCreating: [0.3, 0.8],
  attaching: [0.3, 0.8],
  detaching: [0.3, 0.8],
  deleting: [0.3, 0.8],
  /** How long Route 53 works on one change request, and refuses others to the same zone. */
  zoneChange: [0.05, 0.15],
  inSync: [1, 2],
} as const;

export type Delays = (what: keyof typeof SECONDS) => number;

export function delaysOf({ random, speed }: { random: Random; speed: number }): Delays {
  return (what) => {
    const [least, most] = SECONDS[what];
    return random.between(least, most) / speed;
  };
}
