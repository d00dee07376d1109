import { Injectable } from '@nestjs/common';
import { isDuplicateKey } from '@berth/mongo';
import { BusCollections } from './collections.ts';

/** Knows which messages were handled; its entry commits or aborts with what the handler did. */
@Injectable()
export class Inbox {
  constructor(private readonly collections: BusCollections) {}

  /** Enters the message in the open transaction; throws {@link AlreadyHandled} when it is there. */
  async enter(queue: string, messageId: string): Promise<void> {
    try {
      await this.collections.inbox.insertMany([{ _id: `${queue}/${messageId}`, handledAt: new Date() }]);
    } catch (error) {
      throw isDuplicateKey(error) ? new AlreadyHandled(messageId) : error;
    }
  }
}

export class AlreadyHandled extends Error {
  constructor(messageId: string) {
    super(`${messageId} was handled before`);
  }
}
