import { Injectable } from '@nestjs/common';
import type { Month } from '../costs/month.ts';
import { Terms } from '../terms/terms.ts';
import { portionsOf } from './portions.ts';
import { PriceCalendar } from './price-calendar.ts';
import type { RatedUsage } from './rated-usage.ts';
import { Usages } from './usages.ts';

/** What accounts used in months that are over, at the prices that were in force in every minute. */
@Injectable()
export class MonthUsage {
  constructor(
    private readonly usages: Usages,
    private readonly terms: Terms,
  ) {}

  /** In the order of servers, one row for each server, meter, region, size and price. */
  async of(accountId: string, month: Month): Promise<RatedUsage[]> {
    const calendar = new PriceCalendar(await this.terms.bookOf(accountId, month.from), month);
    const usage = await this.usages.within({ accountId }, calendar);
    const servers = new Map<string, Map<RatedUsage['price'], RatedUsage>>();
    for (const { serverId, price, used } of portionsOf(usage, { now: month.to, byDay: false }, calendar)) {
      let rows = servers.get(serverId);
      if (!rows) servers.set(serverId, (rows = new Map()));
      const row = rows.get(price);
      if (row) row.quantity += used;
      else {
        const { meter, region, size } = price;
        rows.set(price, { serverId, meter, region, size, price, quantity: used });
      }
    }
    return [...servers]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, rows]) => [...rows.values()].filter(({ quantity }) => quantity !== 0));
  }
}
