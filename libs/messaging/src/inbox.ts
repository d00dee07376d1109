import { Injectable } from '@nestjs/common';
import { BusCollections } from './collections.ts';

/** Knows which messages were handled; its entry commits or aborts with what the handler did. */
@Injectable()
export class Inbox {
  constructor(private readonly collections: BusCollections) {}

  /**
   * Runs the handler unless it has done its work before; call it inside a transaction. The entry is written last: the
   * transaction of a process that was killed keeps what it wrote locked for up to a minute, and what it had not yet
   * written free for who takes over. Of two that handle it at once, the second to commit starts again and finds it.
   */
  async once(queue: string, messageId: string, handle: () => Promise<unknown>): Promise<void> {
    const _id = `${queue}/${messageId}`;
    if (await this.collections.inbox.exists({ _id })) return;
    await handle();
    await this.collections.inbox.insertMany([{ _id, handledAt: new Date() }]);
  }
}
