import { Controller } from '@nestjs/common';
import {
  DecideQuota,
  DecideStanding,
  GetMe,
  SendAccountSnapshots,
  SetAccountStanding,
  SetDebtStanding,
  type DataOf,
} from '@berth/contracts';
import { OnCommand, OnRequest } from '@berth/messaging';
import { Accounts } from './accounts.ts';
import { Debts } from './debts.ts';

@Controller()
export class AccountHandlers {
  constructor(
    private readonly accounts: Accounts,
    private readonly debts: Debts,
  ) {}

  @OnRequest(GetMe)
  getMe({ accountId, userId }: DataOf<typeof GetMe>) {
    return this.accounts.me(accountId, userId);
  }

  @OnRequest(DecideStanding)
  decideStanding(decision: DataOf<typeof DecideStanding>) {
    return this.accounts.decideStanding(decision);
  }

  @OnRequest(DecideQuota)
  decideQuota(decision: DataOf<typeof DecideQuota>) {
    return this.accounts.decideQuota(decision);
  }

  @OnCommand(SetAccountStanding)
  setStanding(standing: DataOf<typeof SetAccountStanding>) {
    return this.accounts.setStanding(standing);
  }

  @OnCommand(SetDebtStanding)
  setDebtStanding(standing: DataOf<typeof SetDebtStanding>) {
    return this.debts.set(standing);
  }

  /** Tells every account's standing again, 200 accounts per transaction; orders the next 200 of itself. */
  @OnCommand(SendAccountSnapshots)
  sendSnapshots(order: DataOf<typeof SendAccountSnapshots>) {
    return this.accounts.sendSnapshots(order);
  }
}
