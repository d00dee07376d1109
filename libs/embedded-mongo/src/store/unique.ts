import { MongoError, writeConflict } from '../errors.ts';
import { type Doc, field, isDoc } from '../values/document.ts';
import type { Collection } from './collection.ts';
import { type Slot, visibleVersion } from './slot.ts';
import type { Index } from './store-index.ts';
import { Blocked, type Transaction } from './transaction.ts';

/**
 * Throws DuplicateKey when another document has one of the keys. What others have not decided yet is waited for
 * outside transactions (Blocked) and is a write conflict inside.
 */
export function checkUnique(
  collection: Collection,
  index: Index,
  slot: Slot,
  document: Doc,
  keys: string[],
  transaction: Transaction | null,
): void {
  for (const key of keys) {
    for (const other of collection.slotsUnder(index, key)) {
      if (other.sequence === slot.sequence) continue;
      const has = (doc: Doc | null | undefined) => index.keysOf(doc ?? null).includes(key);
      if (other.writer && other.writer !== transaction) {
        if (transaction) throw writeConflict();
        throw new Blocked(other.writer);
      }
      if (has(visibleVersion(other, transaction).document)) throw duplicateOf(collection, index, document);
      if (has(other.current.document) && !other.writer) throw writeConflict();
    }
    if (transaction) refuseSnapshotDuplicate(collection, index, slot, document, key, transaction);
  }
}

/** A document deleted or changed after the snapshot is gone from the index but still there for this transaction. */
function refuseSnapshotDuplicate(
  collection: Collection,
  index: Index,
  slot: Slot,
  document: Doc,
  key: string,
  transaction: Transaction,
): void {
  for (const other of collection.changed) {
    if (other.sequence === slot.sequence) continue;
    if (index.keysOf(visibleVersion(other, transaction).document).includes(key)) {
      throw duplicateOf(collection, index, document);
    }
  }
}

function duplicateOf(collection: Collection, index: Index, document: Doc): MongoError {
  const values = Object.fromEntries(index.fields.map(({ name, path }) => [name, keyValue(document, path)]));
  return duplicateKey(collection, index.name, index.spec.key, values);
}

/** E11000 with `keyPattern` and `keyValue`, which is what clients branch on. */
export function duplicateKey(
  collection: Collection,
  index: string,
  keyPattern: unknown,
  keyValue: Doc,
): MongoError {
  const shown = Object.keys(keyValue)
    .map((name) => `${name}: ${JSON.stringify(keyValue[name])}`)
    .join(', ');
  const message = `E11000 duplicate key error collection: ${collection.namespace} index: ${index} dup key: { ${shown} }`;
  return new MongoError('DuplicateKey', message, { keyPattern, keyValue });
}

function keyValue(doc: unknown, path: readonly string[]): unknown {
  let value = doc;
  for (const name of path) {
    if (Array.isArray(value)) value = value.find(isDoc);
    value = isDoc(value) ? field(value, name) : undefined;
  }
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
