import type { Evidence } from '../evidence.ts';

/** What was measured in one word or number, and whatever is not as it must be, a few lines of text each. */
export interface Outcome {
  measured: string;
  findings: readonly string[];
}

/** What must hold after the faults are over. A pure function of the evidence. */
export interface Invariant {
  name: string;
  mustBe: string;
  check(evidence: Evidence): Outcome;
}

/** The outcome of counting what must not be: as many as there are findings. */
export const counted = (findings: readonly string[]): Outcome => ({
  measured: String(findings.length),
  findings,
});

/** The outcome of looking at things of which all must be right. */
export function share(total: number, wrong: readonly string[]): Outcome {
  const percent = total === 0 ? 100 : Math.floor(((total - wrong.length) / total) * 1000) / 10;
  return { measured: `${percent} % of ${total}`, findings: wrong };
}
