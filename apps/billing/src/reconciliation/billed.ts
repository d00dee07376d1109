import { Injectable } from '@nestjs/common';
import { ofEachMeter, type Meter } from '@berth/contracts';
import { amountOf } from '@berth/pricing';
import type { Month } from '../costs/month.ts';
import { compareCostBy } from '../prices/dearer.ts';
import { MonthUsage } from '../rating/month-usage.ts';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { Usages } from '../rating/usages.ts';
import { Terms } from '../terms/terms.ts';
import { Intervals } from '../usage/interval-store.ts';
import { spansOf } from '../usage/minutes.ts';
import { Voids } from '../voids/voids.ts';
import { HourSet } from './hour-set.ts';

/** What was billed for a server in a month. */
export interface BilledServer {
  accountId: string;
  /** Exact, before rounding. */
  amount: string;
  currency: string;
  /** In which hours it was. */
  hours: Record<Meter, HourSet>;
}

/** What was billed for servers in months that are over. */
@Injectable()
export class Billed {
  constructor(
    private readonly usages: Usages,
    private readonly intervals: Intervals,
    private readonly usage: MonthUsage,
    private readonly voids: Voids,
    private readonly terms: Terms,
  ) {}

  /** By server, of every account. Throws 503 `dependency_unavailable` before the first catalog has arrived. */
  async in(month: Month): Promise<Map<string, BilledServer>> {
    const servers = new Map<string, BilledServer>();
    for await (const accountId of this.usages.accountsIn(month))
      for (const [serverId, server] of await this.ofAccount(accountId, month)) servers.set(serverId, server);
    return servers;
  }

  private async ofAccount(accountId: string, month: Month): Promise<Map<string, BilledServer>> {
    const book = await this.terms.bookOf(accountId, month.from);
    const usage = await this.usage.byServer(accountId, new PriceCalendar(book, month));
    const rows = Map.groupBy(usage, ({ serverId }) => serverId);
    const intervals = await this.intervals.within({ accountId, serverId: undefined }, month);
    const voided = await this.voids.within({ accountId, serverId: undefined }, month);
    const ofServer = Map.groupBy(intervals, ({ serverId }) => serverId);
    const servers = new Map<string, BilledServer>();
    for (const [serverId, used] of rows) {
      const hours = ofEachMeter(() => new HourSet(month));
      const theirs = voided.filter((each) => each.serverId === serverId);
      const spans = spansOf(ofServer.get(serverId) ?? [], compareCostBy(book), theirs);
      for (const { interval, from, to } of spans) hours[interval.meter].add(from, to);
      const amount = amountOf(used.map(({ price, quantity }) => [price, quantity]));
      servers.set(serverId, { accountId, amount, currency: book.currency, hours });
    }
    return servers;
  }
}
