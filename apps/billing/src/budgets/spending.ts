import { Injectable } from '@nestjs/common';
import { Costs } from '../costs/costs.ts';
import { monthOf } from '../costs/month.ts';
import { Terms } from '../terms/terms.ts';
import { Intervals } from '../usage/interval-store.ts';
import type { Spent } from './judgement.ts';
import { nextLookAt } from './next-look.ts';

/** What the month has used, and comes to when all goes on as it is. */
export interface Forecast extends Spent {
  forecast: string;
}

/** What accounts spend in the current month, as their costs say it: before tax and credit. */
@Injectable()
export class Spending {
  constructor(
    private readonly costs: Costs,
    private readonly intervals: Intervals,
    private readonly terms: Terms,
  ) {}

  /** Throws 503 `dependency_unavailable` before the first catalog has arrived. */
  async of(accountId: string): Promise<Forecast> {
    const { month, total, forecast, currency, asOf } = await this.costs.of({
      accountId,
      groupBy: 'meter',
      limit: 1,
    });
    return { month, used: total, forecast, currency, at: new Date(asOf) };
  }

  /** The first moment at which it can be that so much is used, see {@link nextLookAt}; `next` null: nothing is waited for. */
  async nextLookAt(accountId: string, spent: Forecast, next: string | null): Promise<Date> {
    const { used, forecast, at: now } = spent;
    const { to: until } = monthOf(spent.month);
    const book = await this.terms.bookOf(accountId, now);
    const reaching = await this.intervals.within(
      { accountId, serverId: undefined },
      { from: now, to: until },
    );
    const open = reaching.filter(({ closedAt }) => closedAt === null);
    return nextLookAt({ now, until, used, forecast, next, open }, book);
  }
}
