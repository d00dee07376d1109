import { Controller } from '@nestjs/common';
import { AccountChanged, AccountDeleted, type DataOf } from '@berth/contracts';
import { OnEvent } from '@berth/messaging';
import { Budgets } from '../budgets/budgets.ts';
import { Accounts } from './accounts.ts';

@Controller()
export class AccountHandlers {
  constructor(
    private readonly accounts: Accounts,
    private readonly budgets: Budgets,
  ) {}

  /** Whether there is such an account, and how it stands. */
  @OnEvent(AccountChanged, { inTurn: ({ accountId }) => accountId })
  changed(account: DataOf<typeof AccountChanged>) {
    return this.accounts.accept(account);
  }

  /** Usage and credits stay, the budget goes. */
  @OnEvent(AccountDeleted, { inTurn: ({ accountId }) => accountId })
  async deleted(account: DataOf<typeof AccountDeleted>) {
    await this.accounts.noteDeleted(account);
    await this.budgets.forget(account.accountId);
  }
}
