import { MongoError } from '../errors.ts';
import type { DatabaseFile } from './database-file.ts';

/** One change already made in memory: how it goes to disk, and how it is taken back when that fails. */
export interface JournalEntry {
  save: (file: DatabaseFile) => void;
  undo: () => void;
}

/**
 * Group commit: the changes of one turn of the event loop are one SQLite transaction at its end. Whoever answers a
 * client waits for `settled()`, readers too, so nobody hears of what is not on disk. When the disk refuses, all open
 * transactions are aborted and the turn's changes undone, so memory equals disk, and `settled()` rejects.
 */
export class Journal {
  readonly #file: DatabaseFile | null;
  readonly #beforeUndo: () => void;
  #entries: JournalEntry[] = [];
  #batch: PromiseWithResolvers<void> | null = null;

  /** `beforeUndo` must abort all open transactions: they may have read what is taken back. */
  constructor(file: DatabaseFile | null, beforeUndo: () => void) {
    this.#file = file;
    this.#beforeUndo = beforeUndo;
  }

  record(entry: JournalEntry): void {
    if (!this.#file) return;
    this.#entries.push(entry);
    if (this.#batch) return;
    this.#batch = Promise.withResolvers();
    this.#batch.promise.catch(() => {});
    setImmediate(() => this.flush());
  }

  /** Resolves when everything recorded so far is saved; null when it already is. */
  settled(): Promise<void> | null {
    return this.#batch?.promise ?? null;
  }

  /** Saves at once what is still open. */
  flush(): void {
    const batch = this.#batch;
    const file = this.#file;
    if (!batch || !file) return;
    const entries = this.#entries;
    this.#entries = [];
    this.#batch = null;
    try {
      file.transaction(() => {
        for (const { save } of entries) save(file);
      });
      batch.resolve();
    } catch (error) {
      this.#beforeUndo();
      for (const { undo } of entries.reverse()) undo();
      batch.reject(diskError(error));
    }
  }
}

function diskError(error: unknown): MongoError {
  const reason = String(error);
  const name = /full|disk I\/O/i.test(reason) ? 'OutOfDiskSpace' : 'InternalError';
  return new MongoError(name, `the change could not be saved: ${reason}`);
}
