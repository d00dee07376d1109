import type { TimelineEntry } from '@berth/contracts';
import type { ServerEvidence } from '../evidence/api.ts';
import type { TrueInstance } from '../evidence/truth.ts';
import { aboutServer, instant } from './finding.ts';
import type { Invariant } from './invariant.ts';
import { Time } from './time.ts';
import { worldOf } from './world.ts';

/**
 * How late the timeline may follow the truth, in milliseconds in which nothing was wrong (no fault in force that could
 * be the reason, nor for 20 s after one). Derived from the settings of the stage:
 * - gone: with every notification lost the sweep sees it, every 2 s; two sweeps, the call, the bus, a busy machine;
 * - silent: three missed probes of 5 s, after up to 15 s between two of a healthy server, then 60 s of silence;
 * - ready: probed every second, the record takes a batch and Route 53's INSYNC; after a reboot an answer counts for 60 s
 *   only if silence was seen.
 */
export const BOUNDS = { gone: 15_000, silent: 95_000, ready: 20_000, rebooted: 80_000 } as const;
type Bound = keyof typeof BOUNDS;

/** What was true is told: deaths, stops, silence and readiness that a server's status had to follow. */
export const inTime: Invariant = {
  name: "timeline against the simulator's truth: follows it within detection time (15 s gone, 20 s ready, 95 s silent)",
  mustBe: 'all',
  check(evidence) {
    const world = worldOf(evidence);
    const time = new Time(evidence);
    const end = time.real(evidence.truth.now);
    let worst = 0;
    const lags: number[] = [];
    const late = evidence.servers.flatMap((each) =>
      world.instancesOf(each.server.id).flatMap((instance) =>
        changesOf(instance).flatMap((change) => {
          const answer = answerTo(each, change, time);
          if (!answer) return [];
          const at = time.real(change.at);
          const until = answer.at ?? end;
          lags.push(until - at);
          const lag = time.undisturbed(at, until - time.skew(until));
          worst = Math.max(worst, lag);
          if (lag <= BOUNDS[answer.bound]) return [];
          const what = `${instance.id} ${change.kind} at ${instant(change.at)}`;
          return [
            aboutServer(each, `to follow ${what} within ${BOUNDS[answer.bound] / 1000} s`, seconds(lag)),
          ];
        }),
      ),
    );
    const inFaults = lags.sort((a, b) => a - b)[Math.floor(lags.length / 2)] ?? 0;
    const measured = `${lags.length - late.length} of ${lags.length}; worst ${seconds(worst)}, median in faults ${seconds(inFaults)}`;
    return { measured, findings: late };
  },
};

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

interface Change {
  kind: 'ready' | 'silent' | 'gone';
  /** Simulated time. */
  at: number;
  /** When it was over again. */
  until: number;
}

/** When an instance began to answer and when it stopped to, and whether it was gone then. */
function changesOf({ answered, history }: TrueInstance): Change[] {
  return answered.flatMap(({ from, to }, index): Change[] => {
    const ready: Change = { kind: 'ready', at: from, until: to ?? Infinity };
    if (to === null) return [ready];
    const isGone = history.some(({ at, state }) => at === to && state !== 'running' && state !== 'pending');
    const until = answered[index + 1]?.from ?? Infinity;
    return [ready, { kind: isGone ? 'gone' : 'silent', at: to, until }];
  });
}

/**
 * When the timeline answered a change (by the machine's clock; undefined: never), and within what it had to; undefined
 * when it did not have to, because the server was not in a state that depends on it or the change was over too soon.
 */
function answerTo(
  { timeline }: ServerEvidence,
  { kind, at, until }: Change,
  time: Time,
): { at: number | undefined; bound: Bound } | undefined {
  const real = time.real(at);
  const realOf = (entry: TimelineEntry) => time.real(Date.parse(entry.at));
  const index = timeline.findLastIndex((entry) => realOf(entry) <= real);
  const current = timeline[index];
  const wasRestarted = timeline.slice(0, index + 1).some(({ reason }) => reason === 'restart');
  const bound: Bound = kind === 'ready' && wasRestarted ? 'rebooted' : kind;
  if (!current || !DEPENDENT[kind](current)) return undefined;
  const next = timeline.slice(index + 1).find((entry) => !DEPENDENT[kind](entry));
  const answeredAt = next && realOf(next);
  const over = Number.isFinite(until) ? time.real(until) : Infinity;
  return over < (answeredAt ?? Infinity) ? undefined : { at: answeredAt, bound };
}

/** The states that have to be left when this becomes true. */
const DEPENDENT: Readonly<Record<Change['kind'], (entry: TimelineEntry) => boolean>> = {
  ready: ({ to }) => to === 'provisioning' || to === 'resuming' || to === 'configuring',
  silent: ({ to }) => to === 'running',
  gone: ({ to, reason }) => to === 'running' || (to === 'unavailable' && reason === 'app_silent'),
};
