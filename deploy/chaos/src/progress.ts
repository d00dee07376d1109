import type { Customers } from './customers/customers.ts';
import type { FaultScript } from './faults/script.ts';

const EVERY_MILLISECONDS = 10_000;

/** A line every ten seconds: how far it is and what is wrong right now; returns what ends it. */
export function showProgress(
  customers: Customers,
  script: FaultScript,
  say: (line: string) => void,
): () => void {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const now = script.current.length > 0 ? `; now: ${script.current.join(', ')}` : '';
    say(
      `  ${seconds} s: ${customers.begun} begun, ${customers.ended} ended, ${script.struck.length} faults${now}`,
    );
  }, EVERY_MILLISECONDS);
  return () => clearInterval(timer);
}
