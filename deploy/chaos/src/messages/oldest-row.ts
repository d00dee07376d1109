import { setTimeout as delay } from 'node:timers/promises';
import { madeAt } from '@berth/mongo';
import type { Books } from './books.ts';

const LOOK_EVERY_MILLISECONDS = 500;

/** The greatest age that a row of the sender's outbox has been seen with: how long a committed message was not sent. */
export class OldestRow {
  seconds = 0;
  private readonly books: Books;

  constructor(books: Books) {
    this.books = books;
  }

  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const row = await this.books.outbox.findOne({}, { sort: { _id: 1 } });
      if (row) this.seconds = Math.max(this.seconds, (Date.now() - madeAt(row._id).getTime()) / 1000);
      await delay(LOOK_EVERY_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }
}
