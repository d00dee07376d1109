import type { CostGroup, CostGrouping } from '@berth/contracts';
import { portionsOf, type Portion, type Usage } from '../rating/portions.ts';
import { startOf, type PriceCalendar } from '../rating/price-calendar.ts';
import { Tally } from './tally.ts';

/** What a month costs, all of it and by group; the groups in the order of their keys. What a group costs is for who needs it to work out. */
export interface Statement extends Omit<CostGroup, 'key'> {
  groups: { key: string; tally: Tally }[];
}

/** By what costs are told apart, and from when they are seen. */
export interface Question {
  groupBy: CostGrouping;
  now: Date;
}

/** Adds up what usage costs; see {@link portionsOf}. Amounts are exact, so the groups add up to the whole. */
export function statementOf(usage: Usage, { groupBy, now }: Question, calendar: PriceCalendar): Statement {
  const groups = new Map<Key, Tally>();
  const keyOf = KEYS[groupBy];
  for (const portion of portionsOf(usage, { now, byDay: groupBy === 'day' }, calendar)) {
    const key = keyOf(portion);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = new Tally()));
    group.add(portion.price, portion);
  }
  const all = new Tally();
  for (const group of groups.values()) all.addAll(group);
  const named = [...groups].map(([key, tally]) => ({ key: nameOf(key, calendar), tally }));
  return { ...all.cost(), groups: named.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

/** A server, a meter, or a day by its number. */
type Key = string | number;

const KEYS: Readonly<Record<CostGrouping, (portion: Portion) => Key>> = {
  server: ({ serverId }) => serverId,
  meter: ({ price }) => price.meter,
  day: ({ day }) => day ?? 0,
};

const nameOf = (key: Key, { month }: PriceCalendar): string =>
  typeof key === 'string' ? key : new Date(startOf(key, month)).toISOString().slice(0, 10);
