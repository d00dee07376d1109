import type { CostGroup } from '@berth/contracts';
import type { PriceBook } from '@berth/pricing';
import type { Interval } from '../usage/intervals.ts';
import { portionsOf, type Question } from './portions.ts';
import { Tally } from './tally.ts';

/** What a month costs, all of it and by group; the groups in the order of their keys. */
export interface Statement extends Omit<CostGroup, 'key'> {
  groups: CostGroup[];
}

/** Adds up what intervals cost; see {@link portionsOf}. Amounts are exact, so the groups add up to the whole. */
export function statementOf(intervals: readonly Interval[], question: Question, book: PriceBook): Statement {
  const all = new Tally();
  const groups = new Map<string, Tally>();
  for (const { key, price, quantity } of portionsOf(intervals, question, book)) {
    const group = groups.get(key) ?? new Tally();
    groups.set(key, group);
    group.add(price, quantity);
    all.add(price, quantity);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...all.cost(), groups: sorted.map(([key, group]) => ({ key, ...group.cost() })) };
}
