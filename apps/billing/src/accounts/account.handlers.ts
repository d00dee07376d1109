import { Controller } from '@nestjs/common';
import { AccountChanged, type DataOf } from '@berth/contracts';
import { OnEvent } from '@berth/messaging';
import { Accounts } from './accounts.ts';

@Controller()
export class AccountHandlers {
  constructor(private readonly accounts: Accounts) {}

  /** Whether there is such an account, and how it stands. */
  @OnEvent(AccountChanged, { inTurn: ({ accountId }) => accountId })
  changed(account: DataOf<typeof AccountChanged>) {
    return this.accounts.accept(account);
  }
}
