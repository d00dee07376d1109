import type { DatabaseSync } from 'node:sqlite';
import { keyBytes } from '../values/index-key.ts';

/** A scan reads entries in pages: the first has what is probably enough, each further one this many times as many. */
const pageGrowth = 4;
const smallestPage = 8;
/** SQLite's word for it. */
const noLimit = -1;

export const entriesSchema = `
  CREATE TABLE IF NOT EXISTS entries (
    "index" INTEGER NOT NULL, key BLOB NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY ("index", key, sequence)
  ) WITHOUT ROWID;
`;

/** The entries of all indexes, by an index's number: an order-preserving key each, with the row of its document. */
export class IndexEntries {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database);
  }

  add(index: number, key: string, sequence: number): void {
    this.#statements.add.run(index, keyBytes(key), sequence);
  }

  remove(index: number, key: string, sequence: number): void {
    this.#statements.remove.run(index, keyBytes(key), sequence);
  }

  /** The rows of the documents that stand under exactly this key. */
  under(index: number, key: string): number[] {
    return rowsOf(this.#statements.under.all(index, keyBytes(key)));
  }

  /**
   * Rows with `low <= key < high` in key order, or backwards; the caller may want no more than `enough` of them (Infinity: he
   * wants all). Nothing may be written until it is done.
   */
  *scan(index: number, low: string, high: string, backwards: boolean, enough: number): Generator<number> {
    const statement = backwards ? this.#statements.backwards : this.#statements.forwards;
    const [from, to] = [keyBytes(low), keyBytes(high)];
    let size = Math.max(smallestPage, enough);
    for (let offset = 0; ; size *= pageGrowth) {
      const rows = rowsOf(statement.all(index, from, to, size === Infinity ? noLimit : size, offset));
      yield* rows;
      if (rows.length < size) return;
      offset += size;
    }
  }

  /** Every row an index has, in order of creation. */
  all(index: number): number[] {
    return rowsOf(this.#statements.all.all(index));
  }

  count(index: number): number {
    return Number(this.#statements.count.get(index)?.count);
  }

  drop(index: number): void {
    this.#statements.drop.run(index);
  }
}

function rowsOf(rows: unknown[]): number[] {
  return (rows as [number][]).map(([sequence]) => sequence);
}

function prepare(database: DatabaseSync) {
  const select = (rest: string) => {
    const statement = database.prepare(`SELECT sequence FROM entries WHERE "index" = ? ${rest}`);
    statement.setReturnArrays(true);
    return statement;
  };
  return {
    add: database.prepare('INSERT INTO entries VALUES (?, ?, ?)'),
    remove: database.prepare('DELETE FROM entries WHERE "index" = ? AND key = ? AND sequence = ?'),
    drop: database.prepare('DELETE FROM entries WHERE "index" = ?'),
    count: database.prepare('SELECT count(*) AS count FROM entries WHERE "index" = ?'),
    all: select('ORDER BY sequence'),
    under: select('AND key = ?'),
    forwards: select('AND key >= ? AND key < ? ORDER BY key, sequence LIMIT ? OFFSET ?'),
    backwards: select('AND key >= ? AND key < ? ORDER BY key DESC, sequence DESC LIMIT ? OFFSET ?'),
  };
}
