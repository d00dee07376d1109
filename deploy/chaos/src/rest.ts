import { untilSettled } from './evidence/settled.ts';
import type { Result } from './report.ts';
import type { Stage } from './stage/stage.ts';
import type { PassingTime } from './time.ts';

/** What the system is given to come to rest once the faults are over. */
const REST_SECONDS = 120;
/** More than the hour by which notifications are late. */
const HOUR_SECONDS = 3_700;

/**
 * Waits until nothing is under way any more while time passes, so that what only a deadline can end has an end; then
 * lets an hour pass at once: what was that late arrives, and finds everything at rest.
 */
export async function rest(stage: Stage, time: PassingTime): Promise<Result> {
  const healedAt = performance.now();
  const left = await untilSettled(stage, REST_SECONDS);
  const seconds = Math.round((performance.now() - healedAt) / 1000);
  await time.stop();
  await stage.clock.advance(HOUR_SECONDS);
  const leftInTheEnd = await untilSettled(stage, REST_SECONDS);
  return {
    name: 'time until nothing is under way any more, once the faults are over; the same after an hour at once',
    mustBe: `≤ ${REST_SECONDS} s`,
    measured: left.length === 0 ? `${seconds} s` : 'not within that',
    findings: [...left, ...leftInTheEnd],
  };
}
