import type { CostGroup } from '@berth/contracts';
import { minus } from './decimal.ts';
import { daysOf } from './months.ts';

/** A part that every day's cost is stacked from. */
export interface Part {
  /** A server's id, a meter, or one of the two below. */
  key: string;
  kind: 'server' | 'meter' | 'others' | 'forecast';
}

/** What a day cost, whole and in parts: decimal texts. */
export interface Day {
  day: string;
  total: string;
  parts: Readonly<Record<string, string>>;
}

const OTHERS: Part = { key: 'others', kind: 'others' };
const FORECAST: Part = { key: 'forecast', kind: 'forecast' };

/**
 * A month's days with what each cost, by the servers that cost most (the dearest first) and all others together; by meter
 * where servers are not told apart. `forecast` is what is still to come.
 */
export function stackOf(month: string, groups: readonly CostGroup[]): { parts: Part[]; days: Day[] } {
  const servers = [...new Set(groups.flatMap(({ servers }) => servers?.map(({ id }) => id) ?? []))];
  const meters = [...new Set(groups.flatMap(({ meters }) => meters.map(({ meter }) => meter)))].toSorted();
  const byServer = servers.length > 0;
  const byDay = new Map(groups.map((group) => [group.key, group]));
  const days = daysOf(month).map((day): Day => {
    const group = byDay.get(day);
    if (!group) return { day, total: '0', parts: {} };
    const told = byServer
      ? (group.servers ?? []).map(({ id, total }) => [id, total] as const)
      : group.meters.map(({ meter, total }) => [meter, total] as const);
    const others = minus(
      group.total,
      told.map(([, total]) => total),
    );
    const forecast = minus(group.forecast, [group.total]);
    return {
      day,
      total: group.total,
      parts: { ...Object.fromEntries(told), [OTHERS.key]: others, [FORECAST.key]: forecast },
    };
  });
  const isThere = ({ key }: Part) => days.some(({ parts }) => Number(parts[key] ?? 0) > 0);
  const told = byServer
    ? servers.map((key): Part => ({ key, kind: 'server' }))
    : meters.map((key): Part => ({ key, kind: 'meter' }));
  return { parts: [...told, OTHERS, FORECAST].filter(isThere), days };
}
