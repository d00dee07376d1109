import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EJSON } from 'bson';
import type { Connection } from 'mongoose';

/** What an earlier Berth left behind when it was stopped in the middle of its work; `npm run generate -- stored` takes one. */
export interface Snapshot {
  /** Its number: 1, 2, 3 … */
  name: string;
  about: {
    /** The release that wrote it, or the one that was to come. */
    release: string;
    /** By the clock of the simulated world. */
    takenAt: string;
    /** What is sealed in it was sealed under this. */
    secretsKey: string;
    login: { email: string; password: string };
    /** Somebody whose authenticator app has this secret; absent before there were any. */
    secondFactor?: { login: { email: string; password: string }; secret: string };
    /** The API token that everything was done with. */
    token: string;
    /** A launch and the key it came with. */
    launch: { key: string; body: Record<string, unknown> };
  };
  /** Documents by database and collection. */
  databases: Record<string, Record<string, Record<string, unknown>[]>>;
  /** The simulated AWS, by table. */
  aws: Record<string, { id: string; body: unknown }[]>;
}

const FOLDER = join(import.meta.dirname, '../../stored');

/** All there are, oldest first. */
export function snapshots(): Snapshot[] {
  return readdirSync(FOLDER)
    .sort((a, b) => Number(a) - Number(b))
    .map((name) => {
      const read = (file: string) => EJSON.parse(readFileSync(join(FOLDER, name, file), 'utf8')) as never;
      const databases = readdirSync(join(FOLDER, name)).filter((file) => file.startsWith('berth_'));
      return {
        name,
        about: read('about.json'),
        aws: read('aws.json'),
        databases: Object.fromEntries(databases.map((file) => [file.replace('.json', ''), read(file)])),
      };
    });
}

/** An answer is remembered for a day by the database's own clock, which nobody can set back, and by that of the simulated world. */
const REMEMBERED_MILLISECONDS = 86_400_000;

export async function loadDatabases({ databases, about }: Snapshot, connection: Connection): Promise<void> {
  const later = Math.max(Date.now(), Date.parse(about.takenAt));
  const expiresAt = new Date(later + REMEMBERED_MILLISECONDS);
  for (const [database, collections] of Object.entries(databases)) {
    for (const [collection, documents] of Object.entries(collections)) {
      if (documents.length === 0) continue;
      const rows = collection === 'idempotency' ? documents.map((row) => ({ ...row, expiresAt })) : documents;
      await connection.getClient().db(database).collection(collection).insertMany(rows);
    }
  }
}

/** Puts the simulated AWS where a system with this home looks for it, its clock at the moment of the snapshot. */
export function loadAws({ aws, about }: Snapshot, home: string): void {
  mkdirSync(join(home, 'aws'), { recursive: true });
  const file = new DatabaseSync(join(home, 'aws/world.db'));
  file.exec('CREATE TABLE documents (tab TEXT, id TEXT, body TEXT, PRIMARY KEY (tab, id)) WITHOUT ROWID');
  const insert = file.prepare('INSERT INTO documents VALUES (?, ?, ?)');
  const offset = Date.parse(about.takenAt) - Date.now();
  for (const [table, documents] of Object.entries({ ...aws, clock: [{ id: 'offset', body: offset }] })) {
    for (const { id, body } of documents) insert.run(table, id, JSON.stringify(body));
  }
  file.close();
}
