import type { Evidence, FaultRecord } from '../evidence.ts';
import { isDisturbance } from '../faults/fault.ts';

/** After a fault the system needs so long to be itself again: a dead holder's lease, a broker's reconnection, a restart. */
const RECOVERY_MILLISECONDS = 20_000;
/** A clock that was wrong leaves its mark on the transitions after it, for time in a timeline never goes back. */
const CLOCK_LINGERS_MILLISECONDS = 45_000;
const CLOCK_SKEW_MILLISECONDS = 31_000;
/** Services follow the simulated world's clock by a held request: so much later on a busy machine. */
const CLOCK_LAG_MILLISECONDS = 2_000;

/** Lays the simulated world's time, which jumps, beside that of the machine, in which things take their time. */
export class Time {
  private readonly clock: Evidence['clock'];
  private readonly disturbances: { from: number; to: number }[];
  private readonly wrongClocks: readonly FaultRecord[];

  constructor({ clock, faults }: Pick<Evidence, 'clock' | 'faults'>) {
    this.clock = clock;
    this.wrongClocks = faults.filter(({ name }) => name.includes('clock'));
    this.disturbances = union(
      faults
        .filter(({ name }) => isDisturbance(name))
        .map(({ struckAt, healedAt }) => ({ from: struckAt, to: healedAt + RECOVERY_MILLISECONDS })),
    );
  }

  /** When that was by the machine's clock. All that happened within a jump happened at the moment of the jump. */
  real(simulated: number): number {
    const index = this.stepAt(simulated);
    const { since, offsetMilliseconds } = this.clock[index] ?? { since: -Infinity, offsetMilliseconds: 0 };
    const next = this.clock[index + 1]?.since ?? Infinity;
    return Math.min(Math.max(simulated - offsetMilliseconds, index > 0 ? since : -Infinity), next);
  }

  /** The last step of the clock that does not begin after that, in simulated time. */
  private stepAt(simulated: number): number {
    let [low, high] = [0, this.clock.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const step = this.clock[middle];
      if (step && step.since + step.offsetMilliseconds <= simulated) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** How much of this span (by the machine's clock) nothing was wrong, in milliseconds. */
  undisturbed(from: number, to: number): number {
    const disturbed = this.disturbances.reduce(
      (sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)),
      0,
    );
    return Math.max(0, to - from - disturbed);
  }

  /** By how much a service may have been mistaken about the time at that moment. */
  skew(real: number): number {
    const isWrong = this.wrongClocks.some(
      ({ struckAt, healedAt }) =>
        struckAt - CLOCK_SKEW_MILLISECONDS <= real && real <= healedAt + CLOCK_LINGERS_MILLISECONDS,
    );
    return isWrong ? CLOCK_SKEW_MILLISECONDS : CLOCK_LAG_MILLISECONDS;
  }
}

function union(spans: { from: number; to: number }[]): { from: number; to: number }[] {
  const merged: { from: number; to: number }[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}
