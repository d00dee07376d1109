import { ObjectId } from 'bson';
import { writeConflict } from '../errors.ts';
import { type Doc } from '../values/document.ts';
import { indexKey } from '../values/index-key.ts';
import type { Engine } from './engine.ts';
import { absent, type Slot, type Version, visibleVersion } from './slot.ts';
import { Index } from './store-index.ts';
import { Blocked, type Transaction } from './transaction.ts';
import { checkUnique, duplicateKey } from './unique.ts';

/** The documents of one namespace with their indexes. Single-threaded: every method runs to its end at once. */
export class Collection {
  readonly engine: Engine;
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly uuid: string;
  readonly slots = new Map<string, Slot>();
  readonly indexes = new Map<string, Index>([['_id_', new Index({ v: 2, key: { _id: 1 }, name: '_id_' })]]);
  /** Slots with older versions: what an index scan does not find, a snapshot may still contain. */
  readonly changed = new Set<Slot>();
  /** Documents outside transactions. */
  count = 0;
  /** The transaction that made this collection and has not ended. */
  createdBy: Transaction | null = null;

  constructor(
    engine: Engine,
    id: number,
    database: string,
    name: string,
    uuid = new ObjectId().toHexString(),
  ) {
    this.engine = engine;
    this.id = id;
    this.database = database;
    this.name = name;
    this.uuid = uuid;
  }

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  /** Throws DuplicateKey, WriteConflict (in a transaction) or Blocked (outside). */
  insert(document: Doc, transaction: Transaction | null): void {
    const key = indexKey(document._id);
    const slot = this.slots.get(key);
    if (slot) {
      if (slot.writer && slot.writer !== transaction) {
        if (transaction) throw writeConflict();
        throw new Blocked(slot.writer);
      }
      if (visibleVersion(slot, transaction).document)
        throw duplicateKey(this, '_id_', { _id: 1 }, { _id: document._id });
    }
    this.write(slot ?? newSlot(this.engine.nextSequence(), key), document, transaction);
  }

  /** Puts a document (null: nothing) into a slot, as a draft inside a transaction, at once outside. */
  write(slot: Slot, document: Doc | null, transaction: Transaction | null): void {
    if (slot.writer && slot.writer !== transaction) {
      if (transaction) throw writeConflict();
      throw new Blocked(slot.writer);
    }
    if (transaction && slot.current.at > transaction.snapshot) throw writeConflict();
    const version = this.engine.encode(document);
    const before = visibleVersion(slot, transaction).document;
    const plan = this.#keyChanges(before, document);
    for (const { index, added, removed } of plan) {
      if (!document || !index.unique) continue;
      const fresh = added.filter((key) => !removed.includes(key));
      checkUnique(this, index, slot, document, fresh, transaction);
    }
    if (transaction) this.#draft(slot, version, transaction, plan);
    else {
      for (const { index, added, removed } of plan) replaceKeys(index, slot, removed, added);
      this.#commit(slot, version);
    }
  }

  /** What changes in the indexes; those whose fields are untouched are not worked out. */
  #keyChanges(before: Doc | null, document: Doc | null): KeyChange[] {
    const changes: KeyChange[] = [];
    for (const index of this.indexes.values()) {
      if (before && document && index.isUntouched(before, document)) continue;
      changes.push({ index, added: index.keysOf(document), removed: index.keysOf(before) });
    }
    return changes;
  }

  #draft(slot: Slot, version: Version, transaction: Transaction, plan: KeyChange[]): void {
    for (const { index, added, removed } of plan) {
      const kept = index.keysOf(slot.current.document);
      replaceKeys(
        index,
        slot,
        removed.filter((key) => !kept.includes(key)),
        added,
      );
    }
    slot.writer = transaction;
    slot.draft = version;
    transaction.writes.set(slot, this);
    this.slots.set(slot.key, slot);
  }

  /** Makes a transaction's draft the current version. The indexes hold both until then. */
  commitDraft(slot: Slot): void {
    const draft = this.#endDraft(slot);
    this.#removeKeys(slot, slot.current.document, draft.document);
    if (slot.current.document || draft.document) this.#commit(slot, draft);
    else this.forgetIfEmpty(slot);
  }

  abortDraft(slot: Slot): void {
    const draft = this.#endDraft(slot);
    this.#removeKeys(slot, draft.document, slot.current.document);
    this.forgetIfEmpty(slot);
  }

  #removeKeys(slot: Slot, gone: Doc | null, kept: Doc | null): void {
    if (gone === null) return;
    for (const { index, added, removed } of this.#keyChanges(gone, kept)) {
      for (const key of removed) if (!added.includes(key)) index.remove(key, slot);
    }
  }

  #endDraft(slot: Slot): Version {
    const draft = slot.draft ?? absent;
    slot.writer = null;
    slot.draft = null;
    return draft;
  }

  #commit(slot: Slot, version: Version): void {
    const before = slot.current;
    version.at = this.engine.tick();
    if (this.engine.keepOlder(this, slot, version.at)) slot.older.push(before);
    this.#setCurrent(slot, version);
    this.engine.journal.record({
      save: (file) => {
        if (version.document && version.bytes) file.saveDocument(slot.sequence, this.id, version.bytes);
        else file.deleteDocument(slot.sequence);
        version.bytes = null;
      },
      undo: () => {
        for (const index of this.indexes.values()) {
          replaceKeys(index, slot, index.keysOf(version.document), index.keysOf(before.document));
        }
        this.#setCurrent(slot, before);
      },
    });
  }

  #setCurrent(slot: Slot, version: Version): void {
    this.count += Number(version.document !== null) - Number(slot.current.document !== null);
    slot.current = version;
    this.slots.set(slot.key, slot);
    this.forgetIfEmpty(slot);
  }

  /** A deleted document's slot stays only while a snapshot or a draft needs it. */
  forgetIfEmpty(slot: Slot): void {
    if (!slot.current.document && !slot.writer && slot.older.length === 0) this.slots.delete(slot.key);
  }

  /** Takes in a document from disk; {@link indexLoaded} has to follow. */
  load(sequence: number, document: Doc, size: number): void {
    const slot = newSlot(sequence, indexKey(document._id));
    slot.current = { document, bytes: null, size, at: 0 };
    this.slots.set(slot.key, slot);
    this.count++;
  }

  /** Fills the indexes with what was loaded. */
  indexLoaded(): void {
    for (const index of this.indexes.values()) {
      index.fill(
        [...this.slots.values()].flatMap((slot) =>
          index.keysOf(slot.current.document).map((key) => ({ key, slot })),
        ),
      );
    }
  }

  /** Builds an index over what is there; throws DuplicateKey, or Blocked while a transaction has drafts here. */
  addIndex(index: Index): void {
    const writer = this.writer();
    if (writer && writer !== this.createdBy) throw new Blocked(writer);
    for (const slot of this.slots.values()) {
      const { document } = visibleVersion(slot, slot.writer);
      const keys = index.keysOf(document);
      if (index.unique && document) checkUnique(this, index, slot, document, keys, slot.writer);
      for (const key of keys) index.add(key, slot);
    }
    this.indexes.set(index.name, index);
  }

  /** A transaction that has drafts in this collection. */
  writer(): Transaction | null {
    for (const transaction of this.engine.transactions) {
      for (const collection of transaction.writes.values()) if (collection === this) return transaction;
    }
    return null;
  }
}

interface KeyChange {
  index: Index;
  added: string[];
  removed: string[];
}

function newSlot(sequence: number, key: string): Slot {
  return { sequence, key, current: absent, older: [], writer: null, draft: null };
}

function replaceKeys(index: Index, slot: Slot, removed: string[], added: string[]): void {
  const [only] = added;
  if (added.length === 1 && removed.length === 1 && only === removed[0]) return;
  for (const key of removed) if (!added.includes(key)) index.remove(key, slot);
  for (const key of added) index.add(key, slot);
}
