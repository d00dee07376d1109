import { Controller } from '@nestjs/common';
import {
  DecideQuota,
  DecideStanding,
  GetMe,
  SendAccountSnapshots,
  SetAccountStanding,
  type DataOf,
} from '@berth/contracts';
import { OnCommand, OnRequest } from '@berth/messaging';
import { Accounts } from './accounts.ts';

@Controller()
export class AccountHandlers {
  constructor(private readonly accounts: Accounts) {}

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

  /** Tells every account's standing again, 200 accounts per transaction; orders the next 200 of itself. */
  @OnCommand(SendAccountSnapshots)
  sendSnapshots(order: DataOf<typeof SendAccountSnapshots>) {
    return this.accounts.sendSnapshots(order);
  }
}
