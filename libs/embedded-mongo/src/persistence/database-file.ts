import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'bson';
import { type Doc, deserializeOptions } from '../values/document.ts';
import { entriesSchema, IndexEntries } from './index-entries.ts';

/** `full` survives a power cut, `normal` a killed process (and a power cut with the last moments lost). */
export type SyncMode = 'full' | 'normal' | 'off';

/** Raised when the layout of the tables changes. The first had no index entries. */
const formatVersion = 2;
const withoutEntries = 1;

/** How much of the file stays in memory, in KiB. */
const pageCache = 16 * 1024;

const schema = `
  CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, meta BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS documents (sequence INTEGER PRIMARY KEY, collection INTEGER NOT NULL, bson BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, state BLOB NOT NULL);
  ${entriesSchema}
`;

/** The SQLite file (WAL) that everything is kept in, locked against a second process while open. */
export class DatabaseFile {
  readonly entries: IndexEntries;
  /** It is of the first format: its index entries are to be made before anything else. */
  readonly lacksEntries: boolean;
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;

  /** Without a path in memory. Throws when another process has the file open, or when it is none of ours. */
  constructor(path = ':memory:', sync: SyncMode = 'off') {
    this.#database = new DatabaseSync(path);
    try {
      this.#database.exec(`
        PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sync};
        PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -${pageCache}; BEGIN EXCLUSIVE; COMMIT`);
      this.lacksEntries = this.#checkFormat(path) === withoutEntries;
      this.#database.exec(schema);
    } catch (error) {
      this.#database.close();
      if (!/locked|busy/i.test(String(error))) throw error;
      throw new Error(`the database file ${path} is in use by another process`, { cause: error });
    }
    this.entries = new IndexEntries(this.#database);
    this.#statements = prepare(this.#database);
  }

  #checkFormat(path: string): number {
    const version = Number(this.#database.prepare('PRAGMA user_version').get()?.user_version);
    if (version > formatVersion)
      throw new Error(`${path} has format ${version}; this version reads up to ${formatVersion}`);
    if (version === 0) this.#database.exec(`PRAGMA user_version = ${formatVersion}`);
    return version;
  }

  /** Says within a transaction that the entries are made. */
  entriesMade(): void {
    this.#database.exec(`PRAGMA user_version = ${formatVersion}`);
  }

  begin(): void {
    this.#statements.begin.run();
  }

  commit(): void {
    this.#statements.commit.run();
  }

  /** Undoes what was written since `begin`; SQLite may have done so itself after an error. */
  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  saveDocument(sequence: number, collection: number, bson: Uint8Array): void {
    this.#statements.saveDocument.run(sequence, collection, bson);
  }

  deleteDocument(sequence: number): void {
    this.#statements.deleteDocument.run(sequence);
  }

  /** The BSON of a row; null when there is none. */
  readDocument(sequence: number): Uint8Array | null {
    const [bson] = (this.#statements.readDocument.get(sequence) ?? []) as unknown as Uint8Array[];
    return bson ?? null;
  }

  /** The highest row in use, or 0. */
  lastSequence(): number {
    return Number(this.#database.prepare('SELECT max(sequence) AS last FROM documents').get()?.last);
  }

  saveCollection(id: number, meta: Doc): void {
    this.#statements.saveCollection.run(id, serialize(meta));
  }

  /** Deletes a collection and the documents in its index on `_id`, not the entries of its indexes. */
  deleteCollection(id: number, ids: number): void {
    this.#statements.deleteDocuments.run(ids);
    this.#statements.deleteCollection.run(id);
  }

  saveSession(id: string, state: Doc): void {
    this.#statements.saveSession.run(id, serialize(state));
  }

  deleteSession(id: string): void {
    this.#statements.deleteSession.run(id);
  }

  loadCollections(load: (row: { id: number; meta: Doc }) => void): void {
    for (const { id, meta } of this.#database.prepare('SELECT id, meta FROM collections').iterate()) {
      load({ id: Number(id), meta: deserialize(meta as Uint8Array, deserializeOptions) });
    }
  }

  /** Every document there is. */
  loadDocuments(load: (row: { sequence: number; collection: number; document: Doc }) => void): void {
    const rows = this.#database.prepare('SELECT sequence, collection, bson FROM documents ORDER BY sequence');
    for (const { sequence, collection, bson } of rows.iterate()) {
      const document = deserialize(bson as Uint8Array, deserializeOptions);
      load({ sequence: Number(sequence), collection: Number(collection), document });
    }
  }

  loadSessions(load: (row: { id: string; state: Doc }) => void): void {
    for (const { id, state } of this.#database.prepare('SELECT id, state FROM sessions').iterate()) {
      load({ id: String(id), state: deserialize(state as Uint8Array, deserializeOptions) });
    }
  }

  close(): void {
    this.#database.close();
  }
}

function prepare(database: DatabaseSync) {
  const readDocument = database.prepare('SELECT bson FROM documents WHERE sequence = ?');
  readDocument.setReturnArrays(true);
  return {
    begin: database.prepare('BEGIN'),
    commit: database.prepare('COMMIT'),
    readDocument,
    saveDocument: database.prepare(
      'INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (sequence) DO UPDATE SET bson = excluded.bson',
    ),
    deleteDocument: database.prepare('DELETE FROM documents WHERE sequence = ?'),
    deleteDocuments: database.prepare(
      'DELETE FROM documents WHERE sequence IN (SELECT sequence FROM entries WHERE "index" = ?)',
    ),
    saveCollection: database.prepare('INSERT OR REPLACE INTO collections VALUES (?, ?)'),
    deleteCollection: database.prepare('DELETE FROM collections WHERE id = ?'),
    saveSession: database.prepare(
      'INSERT INTO sessions VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
    ),
    deleteSession: database.prepare('DELETE FROM sessions WHERE id = ?'),
  };
}
