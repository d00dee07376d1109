import mongoose, { type Connection } from 'mongoose';
import { endingWaitsForClosedSockets } from './closed-sockets.ts';

// Every model call inside a transaction then uses its session without being handed it.
mongoose.set('transactionAsyncLocalStorage', true);

export interface MongoOptions {
  /** `mongodb://…` of a replica set; the database named in it is not used. */
  uri: string;
  /** The database of this service alone. */
  database: string;
}

/** Less than the 10 s within which a service has to say that it cannot start. */
const SERVER_SELECTION_TIMEOUT_MILLISECONDS = 8_000;

/**
 * Connects, or fails within 8 s with an error that names the address. Writes are acknowledged by a majority;
 * an operation that finds no primary for 8 s fails instead of waiting for ever.
 */
export async function connect({ uri, database }: MongoOptions): Promise<Connection> {
  const connection = endingWaitsForClosedSockets(() =>
    mongoose.createConnection(uri, {
      dbName: database,
      maxPoolSize: 100,
      serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MILLISECONDS,
      connectTimeoutMS: SERVER_SELECTION_TIMEOUT_MILLISECONDS,
      writeConcern: { w: 'majority' },
      bufferCommands: false,
    }),
  );
  try {
    return await connection.asPromise();
  } catch (cause) {
    await connection.close(true).catch(() => {});
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`MongoDB at ${withoutPassword(uri)} cannot be reached: ${reason}`, { cause });
  }
}

/** The address as it may appear in logs. */
export function withoutPassword(uri: string): string {
  return uri.replace(/\/\/([^:@/]*):[^@/]*@/g, '//$1:***@');
}
