import type { TimelineEntry } from '@berth/contracts';
import type { ServerEvidence } from '../evidence/api.ts';
import type { TrueInstance, TrueVolume } from '../evidence/truth.ts';
import { aboutServer } from './finding.ts';
import { share, type Invariant } from './invariant.ts';
import { Time } from './time.ts';
import { isDeleted, worldOf } from './world.ts';

/** So long ago it may have ended, in time in which nothing was wrong: the longest detection there is, see in-time.ts. */
const DETECTION_MILLISECONDS = 95_000;

/**
 * What the timeline says came true before it said so: `running` only of a server that answered, `paused` of an instance
 * that had stopped, `terminated` when instance and disk were gone, `host_failed` of a lost host. A service's clock may be
 * 30 s off, so a transition may bear a time that much too early; with right clocks 2 s are allowed.
 */
export const truthful: Invariant = {
  name: "timeline against the simulator's truth: says nothing that was not so (skew: 2 s, 31 s around a wrong clock)",
  mustBe: '100 %',
  check(evidence) {
    const world = worldOf(evidence);
    const time = new Time(evidence);
    let claims = 0;
    const wrong = evidence.servers.flatMap((each) =>
      each.timeline.flatMap((entry) => {
        const evidenceFor = CLAIMS[entry.to === 'unavailable' ? (entry.reason ?? '') : entry.to];
        if (!evidenceFor) return [];
        claims += 1;
        const at = time.real(Date.parse(entry.at));
        const latest = at + time.skew(at);
        const found = evidenceFor({
          instances: world.instancesOf(each.server.id),
          volumes: world.volumesOf(each.server.id),
          wasBefore: (simulated) => time.real(simulated) <= latest,
          isStill: (simulated) =>
            time.undisturbed(time.real(simulated), at - time.skew(at)) <= DETECTION_MILLISECONDS,
        });
        return found ? [] : [contradiction(each, entry)];
      }),
    );
    return share(claims, wrong);
  },
};

interface Case {
  instances: readonly TrueInstance[];
  volumes: readonly TrueVolume[];
  /** Whether that had happened when it was said. */
  wasBefore(simulated: number): boolean;
  /** Whether what ended then could still be believed. */
  isStill(simulated: number): boolean;
}

const CLAIMS: Readonly<Record<string, (known: Case) => boolean>> = {
  running: ({ instances, wasBefore, isStill }) =>
    instances.some(({ answered }) =>
      answered.some(({ from, to }) => wasBefore(from) && (to === null || isStill(to))),
    ),
  paused: ({ instances, wasBefore }) => reached('stopped', instances, wasBefore),
  host_failed: ({ instances, wasBefore }) => reached('terminated', instances, wasBefore),
  terminated: ({ instances, volumes, wasBefore }) =>
    instances.every((instance) => reached('terminated', [instance], wasBefore)) &&
    volumes.every(
      (volume) =>
        isDeleted(volume) && volume.history.some(({ at, state }) => state === 'deleted' && wasBefore(at)),
    ),
};

const reached = (
  state: string,
  instances: readonly TrueInstance[],
  wasBefore: (simulated: number) => boolean,
): boolean =>
  instances.some(({ history }) => history.some((entry) => entry.state === state && wasBefore(entry.at)));

const contradiction = (each: ServerEvidence, { sequence, to, reason, at }: TimelineEntry) =>
  aboutServer(
    each,
    `the simulator to bear out ${sequence}: ${to} ${reason ?? ''} at ${at}`,
    'not so by then',
  );
