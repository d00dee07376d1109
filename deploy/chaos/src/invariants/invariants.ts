import type { Evidence } from '../evidence.ts';

export interface Finding {
  measured: string;
  findings: readonly string[];
}

/** What must hold after the faults are over. */
export interface Invariant {
  name: string;
  mustBe: string;
  check(evidence: Evidence): Finding;
}

export const INVARIANTS: readonly Invariant[] = [];
