import type { Costs, Meter } from '@berth/contracts';
import { metersOf } from '../ui/meters.ts';

/** What one UTC day cost, for the chart. */
export interface DayCost extends Partial<Record<Meter, number>> {
  /** `2026-11-22` */
  day: string;
}

/** Every day of the month up to `asOf`, those without costs too, with all that cost anything in the month. */
export function daysOf({ month, asOf, items }: Pick<Costs, 'month' | 'asOf' | 'items'>): DayCost[] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const inMonth = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const last = asOf.startsWith(month) ? Number(asOf.slice(8, 10)) : inMonth;
  const costly = metersOf(items.flatMap(({ meters }) => meters));
  return Array.from({ length: last }, (_, at) => {
    const day = `${month}-${String(at + 1).padStart(2, '0')}`;
    const meters = items.find(({ key }) => key === day)?.meters ?? [];
    const of = (name: Meter) => Number(meters.find(({ meter }) => meter === name)?.total ?? 0);
    return { day, ...Object.fromEntries(costly.map((meter) => [meter, of(meter)])) };
  });
}

/** The month of a moment and the one before it: `2026-11`, `2026-10`. */
export function lastMonths(now: Date): [current: string, before: string] {
  const text = (monthsAgo: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo)).toISOString().slice(0, 7);
  return [text(0), text(1)];
}
