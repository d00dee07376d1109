import { serialize } from 'bson';
import { MongoError } from '../errors.ts';
import { Journal } from '../persistence/journal.ts';
import type { DatabaseFile } from '../persistence/database-file.ts';
import type { IndexEntries } from '../persistence/index-entries.ts';
import type { Doc } from '../values/document.ts';
import { Collection } from './collection.ts';
import { Documents } from './documents.ts';
import { absent, type Slot, type Version } from './slot.ts';
import { Index } from './store-index.ts';
import { Transaction } from './transaction.ts';

/** The server's limit for one document. */
export const maxDocumentBytes = 16 * 1024 * 1024;

/** All collections, the logical clock and the open transactions. */
export class Engine {
  readonly transactions = new Set<Transaction>();
  readonly journal: Journal;
  readonly documents: Documents;
  readonly entries: IndexEntries;
  readonly #databases = new Map<string, Map<string, Collection>>();
  /** Versions superseded while a transaction was open, in order of time. */
  #history: { collection: Collection; slot: Slot; supersededAt: number }[] = [];
  #clock = 1;
  #sequence: number;
  #collectionId = 0;
  #indexId = 0;

  constructor(file: DatabaseFile, documents = new Documents(file)) {
    this.journal = new Journal(file, () => this.#forget());
    this.documents = documents;
    this.entries = file.entries;
    this.#sequence = file.lastSequence();
    file.loadCollections(({ id, meta }) => this.#loadCollection(id, meta, file.lacksEntries));
    if (file.lacksEntries) this.#makeEntries(file);
  }

  /** Makes the index entries of a file that has none. */
  #makeEntries(file: DatabaseFile): void {
    const byId = new Map(this.collections().map((collection) => [collection.id, collection]));
    file.begin();
    file.loadDocuments(({ sequence, collection: id, document }) => {
      for (const index of byId.get(id)?.indexes.values() ?? []) {
        for (const key of index.keysOf(document)) file.entries.add(index.id, key, sequence);
      }
    });
    for (const collection of byId.values()) this.#save(file, collection);
    file.entriesMade();
    file.commit();
  }

  tick(): number {
    return ++this.#clock;
  }

  nextSequence(): number {
    return ++this.#sequence;
  }

  nextIndexId(): number {
    return ++this.#indexId;
  }

  /** The version to store; throws BSONObjectTooLarge over 16 MiB. */
  encode(document: Doc | null): Version {
    if (document === null) return { ...absent };
    const bytes = serialize(document);
    if (bytes.length > maxDocumentBytes) {
      const message = `object to store is too large. Size in bytes: ${bytes.length}, max size: ${maxDocumentBytes}`;
      throw new MongoError('BSONObjectTooLarge', message);
    }
    return { document, bytes, at: 0 };
  }

  // Collections

  databaseNames(): string[] {
    return [...this.#databases.keys()].sort();
  }

  collections(database?: string): Collection[] {
    const all = database === undefined ? [...this.#databases.values()] : [this.#databases.get(database)];
    return all.flatMap((collections) => [...(collections?.values() ?? [])]);
  }

  collection(database: string, name: string): Collection | null {
    return this.#databases.get(database)?.get(name) ?? null;
  }

  /** The collection, made on first use. Made inside a transaction it goes away again if that aborts. */
  ensureCollection(database: string, name: string, transaction: Transaction | null): Collection {
    const existing = this.collection(database, name);
    if (!existing) return this.createCollection(database, name, transaction);
    if (existing.createdBy && existing.createdBy !== transaction) this.#adopt(existing);
    return existing;
  }

  createCollection(database: string, name: string, transaction: Transaction | null): Collection {
    const collection = new Collection(this, ++this.#collectionId, database, name);
    this.#put(collection);
    if (transaction) {
      collection.createdBy = transaction;
      transaction.created.add(collection);
    } else {
      this.journal.record({
        save: (file) => this.#save(file, collection),
        undo: () => this.#remove(collection),
      });
    }
    return collection;
  }

  /** Somebody else relies on a collection made in a transaction: it stays whatever becomes of that. */
  #adopt(collection: Collection): void {
    collection.createdBy?.created.delete(collection);
    collection.createdBy = null;
    this.journal.record({
      save: (file) => this.#save(file, collection),
      undo: () => this.#remove(collection),
    });
  }

  dropCollection(collection: Collection): void {
    this.#remove(collection);
    this.journal.record({
      save: (file) => {
        file.deleteCollection(collection.id, collection.ids);
        for (const { id } of collection.indexes.values()) file.entries.drop(id);
      },
      undo: () => this.#put(collection),
    });
  }

  /** Adds built indexes or removes some, as one step that is undone when it can't be saved. */
  changeIndexes(collection: Collection, change: () => void): void {
    const { indexes } = collection;
    const before = new Map(indexes);
    const restore = () => {
      indexes.clear();
      for (const [name, index] of before) indexes.set(name, index);
    };
    try {
      change();
    } catch (error) {
      this.#dropEntries([...indexes.values()].filter(({ name }) => !before.has(name)));
      restore();
      throw error;
    }
    this.#dropEntries([...before.values()].filter(({ name }) => !indexes.has(name)));
    if (collection.createdBy) return;
    this.journal.record({ save: (file) => this.#save(file, collection), undo: restore });
  }

  #dropEntries(indexes: Index[]): void {
    for (const { id } of indexes) this.journal.record({ save: ({ entries }) => entries.drop(id) });
  }

  /** Saves that indexes have met their first array. */
  saveMultikey(collection: Collection): void {
    const became = [...collection.indexes.values()].filter(({ becameMultikey }) => becameMultikey);
    const undo = () => {
      for (const index of became) index.multikeySaved = false;
    };
    this.journal.record({ save: (file) => this.#save(file, collection), undo });
  }

  #put(collection: Collection): void {
    const { database, name } = collection;
    const collections = this.#databases.get(database) ?? new Map<string, Collection>();
    this.#databases.set(database, collections.set(name, collection));
  }

  #remove(collection: Collection): void {
    const collections = this.#databases.get(collection.database);
    collections?.delete(collection.name);
    if (collections?.size === 0) this.#databases.delete(collection.database);
  }

  #save(file: DatabaseFile, { id, database, name, uuid, indexes }: Collection): void {
    const stored = [...indexes.values()].map((index) => {
      index.multikeySaved = index.multikey;
      return { id: index.id, spec: index.spec, multikey: index.multikey };
    });
    file.saveCollection(id, { database, name, uuid, indexes: stored });
  }

  /** The first format had the indexes' specs alone. */
  #loadCollection(id: number, meta: Doc, specsOnly: boolean): void {
    const indexes = (meta.indexes as Doc[]).map((stored) =>
      specsOnly
        ? new Index(this.nextIndexId(), stored)
        : new Index(Number(stored.id), stored.spec as Doc, Boolean(stored.multikey)),
    );
    const { database, name, uuid } = meta;
    this.#put(new Collection(this, id, String(database), String(name), String(uuid), indexes));
    this.#collectionId = Math.max(this.#collectionId, id);
    this.#indexId = Math.max(this.#indexId, ...indexes.map((index) => index.id));
  }

  // Transactions

  begin(): Transaction {
    const transaction = new Transaction(this.#clock);
    this.transactions.add(transaction);
    return transaction;
  }

  commit(transaction: Transaction): void {
    for (const collection of transaction.created) this.#adopt(collection);
    for (const [slot, collection] of transaction.writes) collection.commitDraft(slot);
    this.#finish(transaction, 'committed');
  }

  abort(transaction: Transaction): void {
    if (transaction.state !== 'active') return;
    for (const [slot, collection] of transaction.writes) collection.abortDraft(slot);
    for (const collection of transaction.created) this.#remove(collection);
    this.#finish(transaction, 'aborted');
  }

  abortAll(): void {
    for (const transaction of [...this.transactions]) this.abort(transaction);
  }

  /** After the file took something back: whatever may rest on that goes, and is read again. */
  #forget(): void {
    this.abortAll();
    this.documents.forget();
  }

  #finish(transaction: Transaction, state: 'committed' | 'aborted'): void {
    transaction.state = state;
    transaction.writes.clear();
    this.transactions.delete(transaction);
    this.#forgetHistory();
    transaction.end();
  }

  /** Notes that the slot's current version is superseded; true when an open transaction may still read it. */
  keepOlder(collection: Collection, slot: Slot, supersededAt: number): boolean {
    if (this.transactions.size === 0) return false;
    collection.changed.add(slot);
    this.#history.push({ collection, slot, supersededAt });
    return true;
  }

  #forgetHistory(): void {
    const oldest = Math.min(...[...this.transactions].map(({ snapshot }) => snapshot));
    let count = 0;
    for (const { collection, slot, supersededAt } of this.#history) {
      if (supersededAt > oldest) break;
      count++;
      slot.older.shift();
      if (slot.older.length > 0) continue;
      collection.changed.delete(slot);
      collection.release(slot);
    }
    if (count > 0) this.#history.splice(0, count);
  }
}
