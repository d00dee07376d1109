import { setTimeout as delay } from 'node:timers/promises';
import type { Books } from '../messages/books.ts';

const LOOK_EVERY_MILLISECONDS = 250;

/** The longest time in which no message was handled. */
export class Pauses {
  longestSeconds = 0;
  private readonly books: Books;

  constructor(books: Books) {
    this.books = books;
  }

  async watch(signal: AbortSignal): Promise<void> {
    let before = 0;
    let since = performance.now();
    while (!signal.aborted) {
      const handled = await this.books.effects.estimatedDocumentCount();
      const now = performance.now();
      if (handled > before) since = now;
      before = handled;
      this.longestSeconds = Math.max(this.longestSeconds, (now - since) / 1000);
      await delay(LOOK_EVERY_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }
}
