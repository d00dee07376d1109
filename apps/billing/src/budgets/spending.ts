import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { PriceBook } from '@berth/pricing';
import { monthAt } from '../costs/month.ts';
import { statementOf } from '../costs/statement.ts';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { Usages } from '../rating/usages.ts';
import { Terms } from '../terms/terms.ts';
import type { Spent } from './judgement.ts';
import { nextLookAt, type Outlook } from './next-look.ts';

/** What the month has used, and comes to when all goes on as it is: what goes on, at the prices of the account. */
export interface Forecast extends Spent, Pick<Outlook, 'until' | 'forecast' | 'open'> {
  book: PriceBook;
}

/** What accounts spend in the current month, as their costs say it: before tax and credit. */
@Injectable()
export class Spending {
  constructor(
    private readonly usages: Usages,
    private readonly terms: Terms,
    private readonly clock: Clock,
  ) {}

  /** Throws 503 `dependency_unavailable` before the first catalog has arrived. */
  async of(accountId: string): Promise<Forecast> {
    const now = this.clock.now();
    const month = monthAt(now);
    const book = await this.terms.bookOf(accountId, month.from);
    const calendar = new PriceCalendar(book, month);
    const usage = await this.usages.within({ accountId }, calendar);
    const { total, forecast } = statementOf(usage, { groupBy: 'meter', now }, calendar);
    const open = usage.servers.flatMap(({ rest }) => rest.filter(({ to }) => to === null));
    return {
      ...{ month: month.name, until: month.to, used: total, forecast, open },
      ...{ currency: book.currency, book, at: now },
    };
  }

  /** The first moment at which it can be that so much is used, see {@link nextLookAt}; `next` null: nothing is waited for. */
  nextLookAt({ book, at: now, ...spent }: Forecast, next: string | null): Date {
    return nextLookAt({ ...spent, now, next }, book);
  }
}
