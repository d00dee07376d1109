import { randomUUID } from 'node:crypto';
import { EmbeddedMongo } from '@berth/embedded-mongo';
import mongoose, { type Connection } from 'mongoose';

export interface TestDatabase {
  /** What `MongoModule.forRoot` takes. */
  uri: string;
  database: string;
  connection: Connection;
  /** Removes the database and what runs it. */
  stop(): Promise<void>;
}

interface TestDatabaseOptions {
  /** So long the embedded server keeps locked what a killed process was writing; 60 by default, as a real one does. */
  transactionSeconds?: number;
}

/** An empty database of its own: on `MONGODB_URI` when that is set, else in an embedded server in this process. */
export async function database(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = process.env.MONGODB_URI
    ? undefined
    : await EmbeddedMongo.start({ transactionLifetimeLimitSeconds: options.transactionSeconds });
  const uri = server?.uri ?? process.env.MONGODB_URI ?? '';
  const name = `test-${randomUUID().slice(0, 8)}`;
  const connection = await mongoose
    .createConnection(uri, { dbName: name, serverSelectionTimeoutMS: 5_000 })
    .asPromise();
  return {
    uri,
    database: name,
    connection,
    async stop() {
      if (!server) await connection.dropDatabase();
      await connection.close();
      await server?.stop();
    },
  };
}
