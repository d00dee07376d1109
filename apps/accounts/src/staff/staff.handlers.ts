import { Controller } from '@nestjs/common';
import { FindAccounts, GetAccount, GetStaffMe, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { CustomerAccounts } from './customer-accounts.ts';
import { Staff } from './staff.ts';

@Controller()
export class StaffHandlers {
  constructor(
    private readonly staff: Staff,
    private readonly accounts: CustomerAccounts,
  ) {}

  @OnRequest(GetStaffMe)
  getMe({ userId }: DataOf<typeof GetStaffMe>) {
    return this.staff.me(userId);
  }

  @OnRequest(FindAccounts)
  findAccounts(wanted: DataOf<typeof FindAccounts>) {
    return this.accounts.find(wanted);
  }

  @OnRequest(GetAccount)
  getAccount(wanted: DataOf<typeof GetAccount>) {
    return this.accounts.get(wanted);
  }
}
