import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * The simulated world: tables of JSON documents in memory, and on disk when there is a folder. `commit` writes all that
 * changed since the last one in a single transaction, and is called before any answer leaves; so a killed process
 * restarts with exactly what its callers were told. When the disk fails or is full the process ends: memory is ahead
 * of the disk then, and no longer to be believed.
 */
export class Store {
  readonly #tables = new Map<string, Table<unknown>>();
  readonly #changes = new Map<string, { table: string; id: string; value: unknown }>();
  readonly #database: DatabaseSync | undefined;
  readonly #insert: StatementSync | undefined;
  readonly #remove: StatementSync | undefined;

  /** @throws Error when another process has the folder open. */
  constructor(folder?: string) {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    this.#database = open(join(folder, 'world.db'));
    this.#insert = this.#database.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?)');
    this.#remove = this.#database.prepare('DELETE FROM documents WHERE tab = ? AND id = ?');
    for (const row of this.#database.prepare('SELECT tab, id, body FROM documents').all()) {
      this.table(String(row['tab'])).load(String(row['id']), JSON.parse(String(row['body'])));
    }
  }

  /** The documents of one kind; `T` is what was put there, in this run or an earlier one. */
  table<T>(name: string): Table<T> {
    let table = this.#tables.get(name);
    if (!table) {
      table = new Table((id, value) => this.#changes.set(`${name}/${id}`, { table: name, id, value }));
      this.#tables.set(name, table);
    }
    return table as Table<T>;
  }

  commit(): void {
    if (this.#changes.size === 0) return;
    try {
      this.#write();
    } catch (error) {
      console.error('The state of the simulator cannot be written:', error);
      process.exit(1);
    }
    this.#changes.clear();
  }

  #write(): void {
    this.#database?.exec('BEGIN');
    for (const { table, id, value } of this.#changes.values()) {
      if (value === undefined) this.#remove?.run(table, id);
      else this.#insert?.run(table, id, JSON.stringify(value));
    }
    this.#database?.exec('COMMIT');
  }

  close(): void {
    this.#database?.close();
  }
}

/** Documents by id. A document changed in place counts as changed only when it is `put` again. */
export class Table<T> {
  readonly #documents = new Map<string, T>();
  readonly #changed: (id: string, value: T | undefined) => void;

  constructor(changed: (id: string, value: T | undefined) => void) {
    this.#changed = changed;
  }

  get(id: string): T | undefined {
    return this.#documents.get(id);
  }

  all(): T[] {
    return [...this.#documents.values()];
  }

  entries(): [string, T][] {
    return [...this.#documents.entries()];
  }

  put(id: string, document: T): T {
    this.#documents.set(id, document);
    this.#changed(id, document);
    return document;
  }

  remove(id: string): void {
    if (this.#documents.delete(id)) this.#changed(id, undefined);
  }

  /** Takes a document that is on disk already. */
  load(id: string, document: T): void {
    this.#documents.set(id, document);
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec(
      'CREATE TABLE IF NOT EXISTS documents (tab TEXT, id TEXT, body TEXT, PRIMARY KEY (tab, id)) WITHOUT ROWID',
    );
    return database;
  } catch (error) {
    database.close();
    if (!/locked/.test(String(error))) throw error;
    throw new Error(`${file} is in use by another simulator`, { cause: error });
  }
}
