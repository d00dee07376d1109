import type { Transactions } from '@berth/mongo';
import { count, failSpan, failureOf, inSpan, isObserved, record, secondsSince } from '@berth/telemetry';
import type { Transition } from './advance.ts';

/* What the lifecycle says of itself in traces and metrics; while both are off, the work is done and nothing else. */

/** An effect that runs, with the storing of its result. It calls `failed` with what keeps it from its end. */
export async function running<Result>(
  effect: string,
  work: (failed: (error: unknown) => void) => Promise<Result>,
): Promise<Result> {
  if (!isObserved()) return work(() => {});
  const startedAt = performance.now();
  let failure: string | undefined;
  try {
    return await inSpan({ name: `effect ${effect}` }, (span) =>
      work((error) => {
        failure = failureOf(error);
        if (span) failSpan(span, error);
      }),
    );
  } catch (error) {
    failure = failureOf(error);
    throw error;
  } finally {
    record('berth.lifecycle.effect.duration', secondsSince(startedAt), { effect, 'error.type': failure });
  }
}

/** Counts what is made in the open transaction, should it commit. */
export function countTransitions(
  transactions: Transactions,
  made: readonly { transition: Transition<string> }[],
): void {
  if (!made.length || !isObserved()) return;
  transactions.afterCommit(() => {
    for (const { transition } of made) {
      const { from, to, by } = transition;
      count('berth.lifecycle.transitions', { from: from ?? undefined, to, by });
    }
  });
}

/** Another process has the lease of a document that has something due. */
export const leaseIsTaken = (): void => count('berth.lifecycle.lease.waits', {});
