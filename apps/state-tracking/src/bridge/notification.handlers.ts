import { AsyncLocalStorage } from 'node:async_hooks';
import { Controller } from '@nestjs/common';
import { TakeNotification, type DataOf } from '@berth/contracts';
import { OnCommand, type MessageContext } from '@berth/messaging';
import { Notifications } from './notifications.ts';
import { PATIENCE_ATTEMPTS } from './outcome.ts';

/** By then a minute has gone, by the delays of the bus: as much patience as SQS has when its attempts are over. */
const LAST_PATIENT_ATTEMPT = 3;

/** What the topic has posted to the gateway takes the way of what lies in the events queue. */
@Controller()
export class NotificationHandlers {
  /**
   * What a notification leads to has transactions of its own, and may share a look at EC2 with others: it runs outside that of the
   * handler, which only notes that it is done. When that is lost it comes again, as from SQS.
   */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(private readonly notifications: Notifications) {}

  @OnCommand(TakeNotification)
  async take({ body }: DataOf<typeof TakeNotification>, { attempt }: MessageContext) {
    const counted = attempt > LAST_PATIENT_ATTEMPT ? PATIENCE_ATTEMPTS : attempt;
    const outcome = await this.outside(() => this.notifications.handle(body, counted));
    if (outcome !== 'done') throw new NotYet();
  }
}

/** EC2 does not show it yet, or the server is not known yet: the bus brings it again. */
class NotYet extends Error {
  constructor() {
    super('It is too early for this notification');
  }
}
