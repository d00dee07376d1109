import { Injectable } from '@nestjs/common';
import type { Month } from '../costs/month.ts';
import { portionsOf } from '../costs/portions.ts';
import { Intervals } from '../usage/interval-store.ts';
import { Terms } from '../terms/terms.ts';
import type { RatedUsage } from './rated-usage.ts';

/** What accounts used in months that are over, at the prices that were in force in every minute. */
@Injectable()
export class MonthUsage {
  constructor(
    private readonly intervals: Intervals,
    private readonly terms: Terms,
  ) {}

  /** In the order of servers, one row for each server, meter, region, size and price. */
  async of(accountId: string, month: Month): Promise<RatedUsage[]> {
    const book = await this.terms.bookOf(accountId, month.from);
    const intervals = await this.intervals.within({ accountId, serverId: undefined }, month);
    const rows = new Map<string, RatedUsage>();
    for (const { key: serverId, price, quantity } of portionsOf(
      intervals,
      { month, groupBy: 'server', now: month.to },
      book,
    )) {
      const key = JSON.stringify([serverId, price]);
      const row = rows.get(key) ?? {
        serverId,
        meter: price.meter,
        region: price.region,
        size: price.size,
        price,
        quantity: 0,
      };
      rows.set(key, { ...row, quantity: row.quantity + quantity.used });
    }
    return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }
}
