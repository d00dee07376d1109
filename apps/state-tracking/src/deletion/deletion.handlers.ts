import { Controller } from '@nestjs/common';
import { AccountDeleted, type DataOf } from '@berth/contracts';
import { OnEvent } from '@berth/messaging';
import { DeletedAccounts } from './deleted-accounts.ts';

@Controller()
export class DeletionHandlers {
  constructor(private readonly deleted: DeletedAccounts) {}

  /** What is known of its servers is deleted. */
  @OnEvent(AccountDeleted)
  accountDeleted(account: DataOf<typeof AccountDeleted>) {
    return this.deleted.note(account);
  }
}
