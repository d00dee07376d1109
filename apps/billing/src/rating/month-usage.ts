import { Injectable } from '@nestjs/common';
import { portionsOf } from './portions.ts';
import type { PriceCalendar } from './price-calendar.ts';
import type { RatedUsage, ServerUsage } from './rated-usage.ts';
import { Usages } from './usages.ts';

/** What accounts used in months that are over, at the prices that were in force in every minute. */
@Injectable()
export class MonthUsage {
  constructor(private readonly usages: Usages) {}

  /** By all servers together: one row for each meter, region, size and price. */
  async of(accountId: string, calendar: PriceCalendar): Promise<RatedUsage[]> {
    const rows = new Map<RatedUsage['price'], RatedUsage>();
    for (const { price, used } of await this.portions(accountId, calendar)) addTo(rows, price, used);
    return usedIn(rows);
  }

  /** By each server, in their order. */
  async byServer(accountId: string, calendar: PriceCalendar): Promise<ServerUsage[]> {
    const servers = new Map<string, Map<RatedUsage['price'], RatedUsage>>();
    for (const { serverId, price, used } of await this.portions(accountId, calendar)) {
      let rows = servers.get(serverId);
      if (!rows) servers.set(serverId, (rows = new Map()));
      addTo(rows, price, used);
    }
    return [...servers]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([serverId, rows]) => usedIn(rows).map((row) => ({ ...row, serverId })));
  }

  private async portions(accountId: string, calendar: PriceCalendar) {
    const usage = await this.usages.within({ accountId }, calendar);
    return portionsOf(usage, { now: calendar.month.to, byDay: false }, calendar);
  }
}

function addTo(rows: Map<RatedUsage['price'], RatedUsage>, price: RatedUsage['price'], used: number): void {
  const row = rows.get(price);
  if (row) row.quantity += used;
  else {
    const { meter, region, size } = price;
    rows.set(price, { meter, region, size, price, quantity: used });
  }
}

const usedIn = (rows: ReadonlyMap<unknown, RatedUsage>) =>
  [...rows.values()].filter(({ quantity }) => quantity !== 0);
