import { Injectable } from '@nestjs/common';
import type { Month } from '../costs/month.ts';
import { Intervals } from '../usage/interval-store.ts';
import { ServerMonths } from '../usage/server-months.ts';
import { Voids } from '../voids/voids.ts';
import type { Usage } from './portions.ts';
import { DAY, startOf, type PriceCalendar } from './price-calendar.ts';
import { unsummed } from './unsummed.ts';

/** Whose usage: an account's, or of one server of it. */
interface Owner {
  accountId: string;
  serverId?: string | undefined;
}

/**
 * What accounts used by month: one document for each server, and the intervals of days on which a price changes. While what 0.1.0 has left is
 * being summed up, all is read from the intervals.
 */
@Injectable()
export class Usages {
  constructor(
    private readonly months: ServerMonths,
    private readonly intervals: Intervals,
    private readonly voids: Voids,
  ) {}

  /** The accounts that used, or may have used, anything in a month, by their ids, after the one that is given. */
  async *accountsIn(month: Month, after = ''): AsyncGenerator<string> {
    if (await this.months.areComplete()) yield* this.months.accountsIn(month.name, after);
    else yield* await this.intervals.accountsWithin(month, after);
  }

  /** Throws `MissingPrice`. */
  async within({ accountId, serverId }: Owner, calendar: PriceCalendar): Promise<Usage> {
    const owner = { accountId, serverId };
    if (!(await this.months.areComplete())) {
      const intervals = await this.intervals.within(owner, calendar.month);
      return unsummed(intervals, await this.voids.within(owner, calendar.month), calendar.book);
    }
    const servers = await this.months.within(owner, calendar.month.name);
    const days = calendar.changingDays(servers);
    const [first, last] = [days[0], days.at(-1)];
    if (first === undefined || last === undefined) return { servers, intervals: [], voided: [] };
    const span = {
      from: new Date(startOf(first, calendar.month)),
      to: new Date(startOf(last, calendar.month) + DAY),
    };
    const intervals = await this.intervals.within(owner, span);
    return { servers, intervals, voided: await this.voids.within(owner, span) };
  }
}
