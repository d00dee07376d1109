import type { Collection } from './collection.ts';
import type { Slot } from './slot.ts';

/** A multi-document transaction: a snapshot to read from and the slots it has written drafts to. */
export class Transaction {
  /** Reads see what was committed up to here on the engine's logical clock. */
  readonly snapshot: number;
  readonly writes = new Map<Slot, Collection>();
  /** Collections that exist only because of it, dropped again when it aborts. */
  readonly created = new Set<Collection>();
  state: 'active' | 'committed' | 'aborted' = 'active';
  /** Resolves when it has committed or aborted. */
  readonly ended: Promise<void>;
  readonly end: () => void;

  constructor(snapshot: number) {
    this.snapshot = snapshot;
    const { promise, resolve }: PromiseWithResolvers<void> = Promise.withResolvers();
    this.ended = promise;
    this.end = resolve;
  }
}

/** Thrown when a write outside transactions meets a transaction's draft: wait for its end and try again. */
export class Blocked extends Error {
  readonly transaction: Transaction;

  constructor(transaction: Transaction) {
    super('waiting for a transaction to end');
    this.transaction = transaction;
  }
}
