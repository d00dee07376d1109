import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'bson';
import { type Doc, deserializeOptions } from '../values/document.ts';

/** `full` survives a power cut, `normal` a killed process (and a power cut with the last moments lost). */
export type SyncMode = 'full' | 'normal' | 'off';

/** Raised when the layout of the tables changes. */
const formatVersion = 1;

const schema = `
  CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, meta BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS documents (sequence INTEGER PRIMARY KEY, collection INTEGER NOT NULL, bson BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, state BLOB NOT NULL);
`;

/** The SQLite file (WAL) that everything is kept in, locked against a second process while open. */
export class DatabaseFile {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;

  /** Throws when another process has the file open, or when it is none of ours. */
  constructor(path: string, sync: SyncMode) {
    this.#database = new DatabaseSync(path);
    try {
      this.#database.exec(`
        PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sync};
        PRAGMA wal_autocheckpoint = 4000; BEGIN EXCLUSIVE; COMMIT`);
      this.#checkFormat(path);
      this.#database.exec(schema);
    } catch (error) {
      this.#database.close();
      if (!/locked|busy/i.test(String(error))) throw error;
      throw new Error(`the database file ${path} is in use by another process`, { cause: error });
    }
    this.#statements = prepare(this.#database);
  }

  #checkFormat(path: string): void {
    const version = this.#database.prepare('PRAGMA user_version').get()?.user_version;
    if (version === formatVersion) return;
    if (version !== 0)
      throw new Error(`${path} has format ${String(version)}; this version reads ${formatVersion}`);
    this.#database.exec(`PRAGMA user_version = ${formatVersion}`);
  }

  /** Runs the work as one SQLite transaction; on any error nothing of it remains. */
  transaction(work: () => void): void {
    this.#database.exec('BEGIN');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  saveDocument(sequence: number, collection: number, bson: Uint8Array): void {
    this.#statements.saveDocument.run(sequence, collection, bson);
  }

  deleteDocument(sequence: number): void {
    this.#statements.deleteDocument.run(sequence);
  }

  saveCollection(id: number, meta: Doc): void {
    this.#statements.saveCollection.run(id, serialize(meta));
  }

  deleteCollection(id: number): void {
    this.#statements.deleteDocuments.run(id);
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

  loadDocuments(
    load: (row: { sequence: number; collection: number; document: Doc; size: number }) => void,
  ): void {
    const rows = this.#database.prepare('SELECT sequence, collection, bson FROM documents ORDER BY sequence');
    for (const { sequence, collection, bson } of rows.iterate()) {
      const bytes = bson as Uint8Array;
      const document = deserialize(bytes, deserializeOptions);
      load({ sequence: Number(sequence), collection: Number(collection), document, size: bytes.length });
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
  return {
    saveDocument: database.prepare(
      'INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (sequence) DO UPDATE SET bson = excluded.bson',
    ),
    deleteDocument: database.prepare('DELETE FROM documents WHERE sequence = ?'),
    deleteDocuments: database.prepare('DELETE FROM documents WHERE collection = ?'),
    saveCollection: database.prepare('INSERT OR REPLACE INTO collections VALUES (?, ?)'),
    deleteCollection: database.prepare('DELETE FROM collections WHERE id = ?'),
    saveSession: database.prepare(
      'INSERT INTO sessions VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
    ),
    deleteSession: database.prepare('DELETE FROM sessions WHERE id = ?'),
  };
}
