import type { Doc } from '../values/document.ts';
import type { Transaction } from './transaction.ts';

/** One state of a document. Immutable but for `at`. */
export interface Version {
  /** Null: deleted, or not there yet. */
  readonly document: Doc | null;
  /** The document as BSON. */
  readonly bytes: Uint8Array;
  /** Commit time on the engine's logical clock. */
  at: number;
}

/**
 * The place of one `_id` in a collection with all its versions somebody may still read. Most have the one on disk, and are made
 * anew whenever one is asked for; a collection holds those with more.
 */
export interface Slot {
  /** Row number on disk; grows in order of creation. */
  readonly sequence: number;
  /** `indexKey(_id)` */
  readonly key: string;
  current: Version;
  /** Superseded versions that an open transaction's snapshot may need, oldest first. */
  older: Version[];
  /** The transaction that has written here without having ended; it alone sees `draft`. */
  writer: Transaction | null;
  draft: Version | null;
}

export const absent: Version = Object.freeze({ document: null, bytes: new Uint8Array(), at: 0 });

/** What a reader sees: outside transactions the last commit, inside the own draft or else the snapshot. */
export function visibleVersion(slot: Slot, transaction: Transaction | null): Version {
  if (transaction === null) return slot.current;
  if (slot.writer === transaction && slot.draft) return slot.draft;
  if (slot.current.at <= transaction.snapshot) return slot.current;
  return slot.older.findLast((version) => version.at <= transaction.snapshot) ?? absent;
}
