import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { Meter, type CostGrouping, type DataOf, type GetCosts, type ReplyOf } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { isId, pageOf } from '@berth/mongo';
import { z } from 'zod';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { Usages } from '../rating/usages.ts';
import { Terms } from '../terms/terms.ts';
import { dearestByDay } from './dearest.ts';
import { monthAt, monthOf } from './month.ts';
import { statementOf } from './statement.ts';

/** How the groups of each kind are listed, and what their keys look like. */
const LISTS: Readonly<Record<CostGrouping, { newestFirst: boolean; isKey: (text: string) => boolean }>> = {
  server: { newestFirst: true, isKey: (text) => isId('srv', text) },
  day: { newestFirst: false, isKey: (text) => z.iso.date().safeParse(text).success },
  meter: { newestFirst: false, isKey: (text) => Meter.safeParse(text).success },
};

/** What an account's servers cost. Nothing of it is stored: it grows every minute. */
@Injectable()
export class Costs {
  constructor(
    private readonly usages: Usages,
    private readonly terms: Terms,
    private readonly clock: Clock,
  ) {}

  /** Throws 400 `invalid_cursor`, and 503 `dependency_unavailable` before the first catalog has arrived. */
  async of(query: DataOf<typeof GetCosts>): Promise<ReplyOf<typeof GetCosts>> {
    const { accountId, serverId, groupBy, cursor, limit } = query;
    const { newestFirst, isKey } = LISTS[groupBy];
    if (cursor !== undefined && !isKey(cursor)) throw problem('invalid_cursor');

    const now = this.clock.now();
    const month = query.month === undefined ? monthAt(now) : monthOf(query.month);
    const book = await this.terms.bookOf(accountId, month.from);
    const calendar = new PriceCalendar(book, month);
    const usage = await this.usages.within({ accountId, serverId }, calendar);
    const { groups, ...all } = statementOf(usage, { groupBy, now }, calendar);
    const serversOf = groupBy === 'day' ? dearestByDay(usage, now, calendar) : undefined;

    const listed = newestFirst ? groups.toReversed() : groups;
    const rest = listed.filter(
      ({ key }) => cursor === undefined || (newestFirst ? key < cursor : key > cursor),
    );
    return {
      month: month.name,
      groupBy,
      currency: book.currency,
      asOf: now.toISOString(),
      ...all,
      ...pageOf(rest, limit, {
        item: ({ key, tally }) => ({
          key,
          ...tally.cost(),
          ...(serversOf && { servers: serversOf.get(key) ?? [] }),
        }),
        cursor: ({ key }) => key,
      }),
    };
  }
}
