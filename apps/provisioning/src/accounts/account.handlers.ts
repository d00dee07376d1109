import { Controller } from '@nestjs/common';
import { AccountChanged, GetLimits, type DataOf, type Limits } from '@berth/contracts';
import { OnEvent, OnRequest, type MessageContext } from '@berth/messaging';
import { QuotaUse } from './quota-use.ts';
import { Standings } from './standings.ts';
import { Suspensions } from './suspensions.ts';

@Controller()
export class AccountHandlers {
  constructor(
    private readonly suspensions: Suspensions,
    private readonly standings: Standings,
    private readonly quotaUse: QuotaUse,
  ) {}

  /** Standing and quota; the servers of an account that is not active are paused. */
  @OnEvent(AccountChanged)
  changed(account: DataOf<typeof AccountChanged>, context: MessageContext) {
    return this.suspensions.accept(account, context);
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
