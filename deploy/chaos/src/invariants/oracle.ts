import type { TimelineEntry } from '@berth/contracts';

const MINUTE = 60_000;

/** Numbers of UTC minutes since 1970. */
export interface Minutes {
  compute: Set<number>;
  disk: Set<number>;
}

/**
 * What is to be billed for a server, counted one minute after the other from its timeline: compute in every UTC minute in
 * which it was, for however short a time, running or silent; the disk from its first `running` until it is terminated.
 * What goes on counts until `until`, Unix milliseconds.
 */
export function minutesOf(timeline: readonly TimelineEntry[], until: number): Minutes {
  const minutes: Minutes = { compute: new Set(), disk: new Set() };
  let ran = false;
  for (const [index, { at, to, reason }] of timeline.entries()) {
    const from = Date.parse(at);
    const end = timeline[index + 1] ? Date.parse(timeline[index + 1]?.at ?? '') : until;
    ran ||= to === 'running';
    const isOn = to === 'running' || (to === 'unavailable' && reason === 'app_silent');
    if (isOn) touch(minutes.compute, from, end);
    if (ran && to !== 'terminated') touch(minutes.disk, from, end);
  }
  return minutes;
}

function touch(minutes: Set<number>, from: number, end: number): void {
  for (let minute = Math.floor(from / MINUTE); minute * MINUTE < end && from < end; minute++)
    minutes.add(minute);
}
