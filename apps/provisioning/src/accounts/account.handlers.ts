import { Controller } from '@nestjs/common';
import { AccountChanged, type DataOf } from '@berth/contracts';
import { OnEvent, type MessageContext } from '@berth/messaging';
import { Suspensions } from './suspensions.ts';

@Controller()
export class AccountHandlers {
  constructor(private readonly suspensions: Suspensions) {}

  /** Standing and quota; the servers of an account that is not active are paused. */
  @OnEvent(AccountChanged)
  changed(account: DataOf<typeof AccountChanged>, context: MessageContext) {
    return this.suspensions.accept(account, context);
  }
}
