import { Controller } from '@nestjs/common';
import { GrantCredit, ListCredits, WithdrawCredit, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Credits } from './credits.ts';

@Controller()
export class CreditHandlers {
  constructor(private readonly credits: Credits) {}

  @OnRequest(ListCredits)
  list(query: DataOf<typeof ListCredits>) {
    return this.credits.list(query);
  }

  @OnRequest(GrantCredit, { idempotent: true })
  grant(credit: DataOf<typeof GrantCredit>) {
    return this.credits.grant(credit);
  }

  @OnRequest(WithdrawCredit)
  withdraw(which: DataOf<typeof WithdrawCredit>) {
    return this.credits.withdraw(which);
  }
}
