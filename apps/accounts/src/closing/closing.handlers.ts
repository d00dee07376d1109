import { Controller } from '@nestjs/common';
import { CloseAccount, ReopenAccount, ServersGone, type DataOf } from '@berth/contracts';
import { OnEvent, OnRequest } from '@berth/messaging';
import { Closings } from './closings.ts';

@Controller()
export class ClosingHandlers {
  constructor(private readonly closings: Closings) {}

  @OnRequest(CloseAccount)
  close(wanted: DataOf<typeof CloseAccount>) {
    return this.closings.close(wanted);
  }

  @OnRequest(ReopenAccount)
  reopen(wanted: DataOf<typeof ReopenAccount>) {
    return this.closings.reopen(wanted);
  }

  /** From now on the account may be deleted, once its grace period is over. */
  @OnEvent(ServersGone)
  serversGone(event: DataOf<typeof ServersGone>) {
    return this.closings.noteServersGone(event);
  }
}
