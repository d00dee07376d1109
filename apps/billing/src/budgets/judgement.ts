import type { BudgetAction, BudgetRestriction } from '@berth/contracts';
import { Exact } from '@berth/pricing';

/** What people have set. */
export interface Limits {
  /** A decimal number as text. */
  amount: string;
  /** Percents, ascending. */
  warnAt: number[];
  action: BudgetAction;
}

/** The restriction in force, with the figures that led to it. */
export interface Acted {
  action: BudgetRestriction;
  at: Date;
  amount: string;
  used: string;
  currency: string;
}

/** What was done about a budget in a month, so that it is done once. */
export interface Done {
  /** `2026-11` */
  month: string;
  /** Percents that were crossed in it and acted upon. */
  reached: number[];
  acted: Acted | null;
}

/** What a month has used, and by when. */
export interface Spent {
  month: string;
  used: string;
  currency: string;
  at: Date;
}

/** What is used up is always acted upon, whatever warnings are wanted. */
const ALL = 100;

/** What is to be done about a budget now, and what will have been done then. */
export interface Judgement {
  done: Done;
  /** Crossed for the first time, lowest first. */
  crossed: number[];
}

/**
 * Pure: the same again finds nothing left to do. What was reached stays so for the month, should less be found used later: a late fact
 * must not lift and block in turn. In a month of its own nothing has been done yet. Without limits nothing restricts.
 */
export function judge(limits: Limits | null, before: Done, spent: Spent): Judgement {
  const done = inMonth(before, spent.month);
  if (!limits) return { done: { ...done, acted: null }, crossed: [] };
  const crossed = thresholdsOf(limits).filter(
    (percent) => !done.reached.includes(percent) && isOver(percent, limits, spent),
  );
  const reached = [...done.reached, ...crossed].sort((a, b) => a - b);
  return {
    done: { month: done.month, reached, acted: actedOn(limits, { ...done, reached }, spent) },
    crossed,
  };
}

/** After people have changed the limits: what is not over any more by these is as if it had never been, and can be crossed again. */
export function rearmed(limits: Limits | null, before: Done, spent: Spent): Done {
  const done = inMonth(before, spent.month);
  if (!limits) return { ...done, reached: [], acted: null };
  const reached = done.reached.filter((percent) => isOver(percent, limits, spent));
  return { ...done, reached, acted: reached.includes(ALL) ? done.acted : null };
}

/** Nothing of it is left when the month is another one. */
export const inMonth = (done: Done, month: string): Done =>
  done.month === month ? done : { month, reached: [], acted: null };

/** What has to be used for the next threshold to be crossed; null when all were. */
export function nextAmount(limits: Limits, { reached }: Pick<Done, 'reached'>): string | null {
  const next = thresholdsOf(limits).find((percent) => !reached.includes(percent));
  return next === undefined ? null : new Exact(limits.amount).times(next).div(ALL).toFixed();
}

/** Whole percent, rounded down: 100 is said when all is used, and not before. */
export const percentOf = (amount: string, used: string): number =>
  new Exact(used).times(ALL).div(amount).floor().toNumber();

const thresholdsOf = ({ warnAt }: Limits): number[] => [...new Set([...warnAt, ALL])].sort((a, b) => a - b);

const isOver = (percent: number, { amount }: Limits, { used }: Spent): boolean =>
  new Exact(used).times(ALL).gte(new Exact(amount).times(percent));

function actedOn({ amount, action }: Limits, { reached, acted }: Done, spent: Spent): Acted | null {
  if (action === 'none' || !reached.includes(ALL)) return null;
  if (acted?.action === action) return acted;
  const { used, currency, at } = spent;
  return { action, at, amount, used, currency };
}
