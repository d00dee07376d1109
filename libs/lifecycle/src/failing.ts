import type { Progress } from './aggregate.ts';

type Failing = Pick<Progress, 'failures' | 'error' | 'failingSince' | 'mayBeDone'>;

export const NO_FAILURE: Failing = { failures: 0, error: null, failingSince: null, mayBeDone: false };

/** The progress of a step whose effect has failed once more. `mayBeDone`: what it did in the outside world is not known. */
export const failedAgain = (
  { failures, failingSince, mayBeDone: before = false }: Readonly<Progress>,
  { error, at, mayBeDone }: { error: string; at: Date; mayBeDone: boolean },
): Failing => ({
  failures: failures + 1,
  error,
  failingSince: failingSince ?? at,
  mayBeDone: before || mayBeDone,
});
