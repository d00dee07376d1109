import type { Verdict } from '../mode.ts';
import { aligned } from '../report.ts';

/** One line of a table. */
export interface Check {
  name: string;
  mustBe: string;
  measured: string;
  /** Undefined: only told. */
  holds?: boolean;
}

/** Something of which there must be none. */
export const none = (name: string, count: number): Check => ({
  name,
  mustBe: '0',
  measured: String(count),
  holds: count === 0,
});

export const tableOf = (checks: readonly Check[]): string =>
  aligned([
    ['what', 'must be', 'measured', 'holds'],
    ...checks.map(({ name, mustBe, measured, holds }) => [name, mustBe, measured, worded(holds)]),
  ]);

/** Of the checks that judge. */
export function verdictOf(checks: readonly Check[]): Verdict {
  const judged = checks.flatMap(({ holds }) => holds ?? []);
  const passed = judged.filter(Boolean).length;
  return { passed, failed: judged.length - passed };
}

const worded = (holds: boolean | undefined) => (holds === undefined ? '' : holds ? 'yes' : '**no**');
