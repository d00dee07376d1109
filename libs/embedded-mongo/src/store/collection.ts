import { ObjectId } from 'bson';
import { writeConflict } from '../errors.ts';
import { type Doc } from '../values/document.ts';
import { indexKey } from '../values/index-key.ts';
import type { Engine } from './engine.ts';
import { absent, type Slot, type Version, visibleVersion } from './slot.ts';
import { Index } from './store-index.ts';
import { Blocked, type Transaction } from './transaction.ts';
import { checkUnique, duplicateKey } from './unique.ts';

const idSpec: Doc = { v: 2, key: { _id: 1 }, name: '_id_' };

/** The documents of one namespace with their indexes. Single-threaded: every method runs to its end at once. */
export class Collection {
  readonly engine: Engine;
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly uuid: string;
  readonly indexes: Map<string, Index>;
  /** By key those slots that are more than what is on disk: with a draft, or older versions. */
  readonly held = new Map<string, Slot>();
  /** Slots with older versions: what an index scan does not find, a snapshot may still contain. */
  readonly changed = new Set<Slot>();
  /** The transaction that made this collection and has not ended. */
  createdBy: Transaction | null = null;

  constructor(
    engine: Engine,
    id: number,
    database: string,
    name: string,
    uuid = new ObjectId().toHexString(),
    indexes = [new Index(engine.nextIndexId(), idSpec)],
  ) {
    this.engine = engine;
    this.id = id;
    this.database = database;
    this.name = name;
    this.uuid = uuid;
    this.indexes = new Map(indexes.map((index) => [index.name, index]));
  }

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  /** Documents outside transactions. */
  get count(): number {
    return this.engine.entries.count(this.ids);
  }

  /** The rows of the documents outside transactions, in order of creation. */
  rows(): number[] {
    return this.engine.entries.all(this.ids);
  }

  /** The number of the index on `_id`, in which every document is. */
  get ids(): number {
    return this.indexes.get('_id_')?.id ?? 0;
  }

  /** The slot of the `_id` with this key, if it has one. Good until the next wait. */
  slot(key: string): Slot | null {
    const held = this.held.get(key);
    if (held) return held;
    const [sequence] = this.engine.entries.under(this.ids, key);
    return sequence === undefined ? null : newSlot(sequence, key, this.engine.documents.read(sequence));
  }

  /** The slots that stand under a key of an index, by what is committed and by drafts. */
  slotsUnder(index: Index, key: string): Slot[] {
    const committed = this.engine.entries.under(index.id, key).map((sequence) => this.#slotAt(sequence));
    return [...committed, ...index.drafted(key)];
  }

  #slotAt(sequence: number): Slot {
    const version = this.engine.documents.read(sequence);
    const key = indexKey(version.document?._id);
    return this.held.get(key) ?? newSlot(sequence, key, version);
  }

  /** Throws DuplicateKey, WriteConflict (in a transaction) or Blocked (outside). */
  insert(document: Doc, transaction: Transaction | null): void {
    const key = indexKey(document._id);
    const slot = this.slot(key);
    if (slot) {
      if (slot.writer && slot.writer !== transaction) {
        if (transaction) throw writeConflict();
        throw new Blocked(slot.writer);
      }
      if (visibleVersion(slot, transaction).document)
        throw duplicateKey(this, '_id_', { _id: 1 }, { _id: document._id });
    }
    this.write(slot ?? newSlot(this.engine.nextSequence(), key, absent), document, transaction);
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
    const changes = this.#keyChanges(before, document);
    for (const { index, added } of changes) {
      if (document && index.unique) checkUnique(this, index, slot, document, added, transaction);
    }
    if (transaction) this.#draft(slot, version, transaction, changes);
    else this.#commit(slot, version, changes);
  }

  /** What changes in the indexes; those whose fields are untouched are not worked out. */
  #keyChanges(before: Doc | null, document: Doc | null): KeyChange[] {
    const changes: KeyChange[] = [];
    for (const index of this.indexes.values()) {
      if (before && document && index.isUntouched(before, document)) continue;
      const [former, keys] = [index.keysOf(before), index.keysOf(document)];
      const added = keys.filter((key) => !former.includes(key));
      const removed = former.filter((key) => !keys.includes(key));
      if (added.length || removed.length) changes.push({ index, added, removed });
    }
    return changes;
  }

  #draft(slot: Slot, version: Version, transaction: Transaction, changes: KeyChange[]): void {
    for (const { index, added, removed } of changes) {
      if (index.unique) index.redraft(slot, removed, added);
    }
    slot.writer = transaction;
    slot.draft = version;
    transaction.writes.set(slot, this);
    this.held.set(slot.key, slot);
  }

  /** Makes a transaction's draft the current version. */
  commitDraft(slot: Slot): void {
    const draft = this.#endDraft(slot);
    const before = slot.current.document;
    if (before || draft.document) this.#commit(slot, draft, this.#keyChanges(before, draft.document));
    else this.release(slot);
  }

  abortDraft(slot: Slot): void {
    this.#endDraft(slot);
    this.release(slot);
  }

  #endDraft(slot: Slot): Version {
    const draft = slot.draft ?? absent;
    for (const index of this.indexes.values()) {
      if (index.unique) index.redraft(slot, index.keysOf(draft.document), []);
    }
    slot.writer = null;
    slot.draft = null;
    return draft;
  }

  #commit(slot: Slot, version: Version, changes: KeyChange[]): void {
    const before = slot.current;
    version.at = this.engine.tick();
    slot.current = version;
    if (this.engine.keepOlder(this, slot, version.at)) {
      slot.older.push(before);
      this.held.set(slot.key, slot);
    } else this.release(slot);
    if (changes.some(({ index }) => index.becameMultikey)) this.engine.saveMultikey(this);
    this.engine.journal.record({
      save: ({ entries }) => {
        this.engine.documents.save(slot.sequence, this.id, version);
        for (const { index, added, removed } of changes) {
          for (const key of removed) entries.remove(index.id, key, slot.sequence);
          for (const key of added) entries.add(index.id, key, slot.sequence);
        }
      },
    });
  }

  /** A slot stays only while a snapshot or a draft needs more than what is on disk. */
  release(slot: Slot): void {
    if (!slot.writer && slot.older.length === 0) this.held.delete(slot.key);
  }

  /** Builds an index over what is there; throws DuplicateKey, or Blocked while a transaction has drafts here. */
  addIndex(spec: Doc): void {
    const writer = this.writer();
    if (writer && writer !== this.createdBy) throw new Blocked(writer);
    const index = new Index(this.engine.nextIndexId(), spec);
    this.indexes.set(index.name, index);
    for (const row of this.rows()) this.#enter(this.#slotAt(row), index);
    for (const slot of this.held.values()) if (slot.draft) this.#enter(slot, index);
  }

  /** Puts a document into an index being built. */
  #enter(slot: Slot, index: Index): void {
    const { document } = visibleVersion(slot, slot.writer);
    const keys = index.keysOf(document);
    if (index.unique && document) checkUnique(this, index, slot, document, keys, slot.writer);
    if (slot.draft) index.redraft(slot, [], keys);
    else {
      this.engine.journal.record({
        save: ({ entries }) => {
          for (const key of keys) entries.add(index.id, key, slot.sequence);
        },
      });
    }
  }

  /** A transaction that has drafts in this collection. */
  writer(): Transaction | null {
    for (const transaction of this.engine.transactions) {
      for (const collection of transaction.writes.values()) if (collection === this) return transaction;
    }
    return null;
  }
}

/** What a write adds to an index and removes from it. */
interface KeyChange {
  index: Index;
  added: string[];
  removed: string[];
}

function newSlot(sequence: number, key: string, current: Version): Slot {
  return { sequence, key, current, older: [], writer: null, draft: null };
}
