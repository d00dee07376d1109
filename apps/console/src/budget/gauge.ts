import type { Budget } from '@berth/contracts';

/** A budget that there is. */
export type SetBudget = Budget & { amount: string; percent: number };

export const isSet = (budget: Budget): budget is SetBudget => budget.amount !== null;

/** What a gauge shows, in percent of its whole length. */
export interface Gauge {
  used: number;
  /** Where the month is heading; at the end when that is beyond it. */
  forecast: number;
  /** Thresholds below the whole budget, and that itself last. */
  ticks: { percent: number; at: number; isCrossed: boolean }[];
}

/** Room beyond the budget, so that its end is not the gauge's: a quarter more than it, or more when more is used; no more than twice. */
const LEAST = 125;
const MOST = 200;

export function gaugeOf(budget: SetBudget): Gauge {
  const share = (amount: string) => (100 * Number(amount)) / Number(budget.amount);
  const [used, forecast] = [share(budget.used), share(budget.forecast)];
  const whole = Math.min(MOST, Math.max(LEAST, used, forecast));
  const at = (percent: number) => Math.min(100, (100 * percent) / whole);
  const percents = [...new Set([...budget.warnAt, 100])].sort((a, b) => a - b);
  return {
    used: at(used),
    forecast: at(forecast),
    ticks: percents.map((percent) => ({ percent, at: at(percent), isCrossed: used >= percent })),
  };
}

/** `50 %, 80 % and 100 %` */
export const percentsText = (percents: readonly number[]): string =>
  new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(percents.map((percent) => `${percent} %`));
