import { Controller } from '@nestjs/common';
import {
  AccountChanged,
  AccountDeleted,
  BudgetChanged,
  GetLimits,
  ListProtectedServers,
  type DataOf,
  type Limits,
} from '@berth/contracts';
import { OnEvent, OnRequest, type MessageContext } from '@berth/messaging';
import { Budgets } from './budgets.ts';
import { Closures } from './closures.ts';
import { QuotaUse } from './quota-use.ts';
import { Standings } from './standings.ts';
import { Suspensions } from './suspensions.ts';

@Controller()
export class AccountHandlers {
  constructor(
    private readonly suspensions: Suspensions,
    private readonly budgets: Budgets,
    private readonly closures: Closures,
    private readonly standings: Standings,
    private readonly quotaUse: QuotaUse,
  ) {}

  /** Standing and quota; the servers of an account that is not active are paused, those of one that is closing terminated. */
  @OnEvent(AccountChanged)
  changed(account: DataOf<typeof AccountChanged>, context: MessageContext) {
    return this.suspensions.accept(account, context);
  }

  /** What it had here is deleted. */
  @OnEvent(AccountDeleted)
  deleted(account: DataOf<typeof AccountDeleted>) {
    return this.standings.noteDeleted(account);
  }

  /** What restricts an account because of its budget; the servers of one that is to have none running are paused. */
  @OnEvent(BudgetChanged, { inTurn: ({ accountId }) => accountId })
  budgetChanged(changed: DataOf<typeof BudgetChanged>, context: MessageContext) {
    return this.budgets.accept(changed, context);
  }

  @OnRequest(ListProtectedServers)
  async protectedServers({ accountId }: DataOf<typeof ListProtectedServers>) {
    return { items: await this.closures.protectedOf(accountId) };
  }

  @OnRequest(GetLimits)
  async limits({ accountId }: DataOf<typeof GetLimits>): Promise<Limits> {
    const [limits, used] = await Promise.all([
      this.standings.quotaOf(accountId),
      this.quotaUse.of(accountId),
    ]);
    return { limits, used };
  }
}
