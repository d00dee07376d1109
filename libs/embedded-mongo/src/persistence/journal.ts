import { MongoError } from '../errors.ts';
import type { DatabaseFile } from './database-file.ts';

/** One change: how it goes to disk, and how what it did in memory, if anything, is taken back when that fails. */
export interface JournalEntry {
  save: (file: DatabaseFile) => void;
  undo?: () => void;
}

/**
 * Group commit: the changes of one turn of the event loop are one SQLite transaction that ends with it. Whoever answers
 * a client waits for `settled()`, readers too, so nobody hears of what is not on disk. When the disk refuses, the rest of
 * the turn changes nothing more; at its end memory is as the disk again, and `settled()` rejects.
 */
export class Journal {
  readonly #file: DatabaseFile;
  readonly #forget: () => void;
  #undo: (() => void)[] = [];
  #batch: PromiseWithResolvers<void> | null = null;
  #failure: { error: unknown } | null = null;

  /** `forget` must abort all open transactions, which may have read what is taken back, and let go what was read. */
  constructor(file: DatabaseFile, forget: () => void) {
    this.#file = file;
    this.#forget = forget;
  }

  /** Saves a change within the turn's transaction. */
  record({ save, undo }: JournalEntry): void {
    if (undo) this.#undo.push(undo);
    if (this.#failure) return;
    try {
      if (!this.#batch) this.#begin();
      save(this.#file);
    } catch (error) {
      this.#failure = { error };
    }
  }

  #begin(): void {
    this.#batch = Promise.withResolvers();
    this.#batch.promise.catch(() => {});
    setImmediate(() => this.flush());
    this.#file.begin();
  }

  /** Resolves when everything recorded so far is saved; null when it already is. */
  settled(): Promise<void> | null {
    return this.#batch?.promise ?? null;
  }

  /** Ends the turn's transaction at once. */
  flush(): void {
    const batch = this.#batch;
    if (!batch) return;
    const undo = this.#undo;
    const failure = this.#failure;
    this.#undo = [];
    this.#batch = null;
    this.#failure = null;
    try {
      if (failure) throw failure.error;
      this.#file.commit();
      batch.resolve();
    } catch (error) {
      this.#file.rollback();
      this.#forget();
      for (const undoOne of undo.reverse()) undoOne();
      batch.reject(diskError(error));
    }
  }
}

function diskError(error: unknown): MongoError {
  const reason = String(error);
  const name = /full|disk I\/O/i.test(reason) ? 'OutOfDiskSpace' : 'InternalError';
  return new MongoError(name, `the change could not be saved: ${reason}`);
}
