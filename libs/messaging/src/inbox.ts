import { Injectable } from '@nestjs/common';
import { insertAll, insertOne } from '@berth/mongo';
import { BusCollections } from './collections.ts';

/** Knows which messages were handled; its entry commits or aborts with what the handler did. */
@Injectable()
export class Inbox {
  constructor(private readonly collections: BusCollections) {}

  /**
   * Runs the handler and writes the entry; call it inside a transaction. It fails, and what the handler did is undone, when
   * there is an entry: so the question whether there is one costs nothing for nearly all messages, which are new. The entry
   * is written last: the transaction of a process that was killed keeps what it wrote locked for up to a minute, and what
   * it had not yet written free for who takes over.
   */
  once(queue: string, messageId: string, handle: () => Promise<unknown>): Promise<void> {
    return this.onceAll(queue, [messageId], handle);
  }

  /** The same for several messages that are handled together. */
  async onceAll(queue: string, messageIds: readonly string[], handle: () => Promise<unknown>): Promise<void> {
    await handle();
    const handledAt = new Date();
    await insertAll(
      this.collections.inbox,
      messageIds.map((id) => ({ _id: idOf(queue, id), handledAt })),
    );
  }

  /** Whether the message was handled; asked outside a transaction, when {@link once} has failed, whatever with. */
  async knows(queue: string, messageId: string): Promise<boolean> {
    return (await this.collections.inbox.exists({ _id: idOf(queue, messageId) })) !== null;
  }

  /** Writes down that the message is about to be handled, whatever becomes of this process. */
  async note(queue: string, messageId: string): Promise<void> {
    await insertOne(this.collections.inbox, { _id: noteOf(queue, messageId), handledAt: new Date() });
  }

  async hasNote(queue: string, messageId: string): Promise<boolean> {
    return (await this.collections.inbox.exists({ _id: noteOf(queue, messageId) })) !== null;
  }

  async removeNote(queue: string, messageId: string): Promise<void> {
    await this.collections.inbox.deleteOne({ _id: noteOf(queue, messageId) });
  }
}

const idOf = (queue: string, messageId: string) => `${queue}/${messageId}`;
const noteOf = (queue: string, messageId: string) => `begun ${idOf(queue, messageId)}`;
