import type { Bench, Goal, Sample } from './bench.ts';
import { median, spread, type Spread } from './statistics.ts';

/** The samples of all counted rounds, by contestant; the same number for each. */
export type Rounds = ReadonlyMap<string, readonly Sample[]>;

export const OURS = 'Berth';

export interface Outcome {
  goal: Goal;
  ours: number;
  /** Absent when the goal is for our own number. */
  theirs?: number;
  /** Of each round: the ratio, the difference, or our own number. */
  compared: Spread;
  /** Absent when nothing has to be reached. */
  reached?: boolean;
}

/** What came of each goal. Compared is within a round, where both had the same machine, and then over the rounds. */
export function outcomesOf({ goals }: Bench, rounds: Rounds): Outcome[] {
  return goals.map((goal) => outcomeOf(goal, rounds));
}

function outcomeOf(goal: Goal, rounds: Rounds): Outcome {
  const { against, by = 'ratio', atLeast, atMost } = goal;
  const ours = valuesOf(goal, rounds, OURS);
  const theirs = against === undefined ? undefined : valuesOf(goal, rounds, against);
  const compare = (mine: number, round: number) => {
    const other = theirs?.[round];
    if (other === undefined) return mine;
    return by === 'ratio' ? mine / other : mine - other;
  };
  const compared = spread(ours.map(compare));
  return {
    goal,
    ours: median(ours),
    compared,
    ...(theirs && { theirs: median(theirs) }),
    ...((atLeast !== undefined || atMost !== undefined) && {
      reached: compared.median >= (atLeast ?? -Infinity) && compared.median <= (atMost ?? Infinity),
    }),
  };
}

function valuesOf({ measure }: Goal, rounds: Rounds, name: string): number[] {
  return (rounds.get(name) ?? []).map((sample) => {
    const value = sample[measure];
    if (value === undefined) throw new Error(`${name} does not measure ${measure}`);
    return value;
  });
}
