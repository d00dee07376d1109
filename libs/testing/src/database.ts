import { randomUUID } from 'node:crypto';
import { connect } from '@berth/mongo';
import type { Connection } from 'mongoose';

export interface TestDatabase {
  /** What `MongoModule.forRoot` takes. */
  uri: string;
  database: string;
  connection: Connection;
  /** Removes the database and what runs it. */
  stop(): Promise<void>;
}

/** An empty database of its own: on `MONGODB_URI` when that is set, else in an embedded server in this process. */
export async function database(): Promise<TestDatabase> {
  const server = process.env.MONGODB_URI ? undefined : await embedded();
  const uri = server?.uri ?? process.env.MONGODB_URI ?? '';
  const name = `test-${randomUUID().slice(0, 8)}`;
  const connection = await connect({ uri, database: name });
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

interface Server {
  uri: string;
  stop(): Promise<void>;
}

async function embedded(): Promise<Server> {
  const name: string = '@berth/embedded-mongo';
  const { EmbeddedMongo } = (await import(name)) as { EmbeddedMongo: { start(): Promise<Server> } };
  return EmbeddedMongo.start();
}
