import { readFileSync } from 'node:fs';
import { EmbeddedMongo, type EmbeddedMongoOptions } from './embedded-mongo.ts';

const {
  BERTH_MONGO_PORT: port = '0',
  BERTH_MONGO_FILE: file,
  BERTH_MONGO_USERS: usersFile,
  BERTH_MONGO_TRANSACTION_SECONDS: seconds = '60',
} = process.env;

try {
  const mongo = await EmbeddedMongo.start({
    port: Number(port),
    transactionLifetimeLimitSeconds: Number(seconds),
    ...(file ? { file } : {}),
    ...(usersFile ? { users: readUsers(usersFile) } : {}),
  });
  console.log(`embedded-mongo ready ${mongo.uri}`);
  const stop = () => void mongo.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  console.error(`embedded-mongo cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

function readUsers(path: string): NonNullable<EmbeddedMongoOptions['users']> {
  return JSON.parse(readFileSync(path, 'utf8')) as NonNullable<EmbeddedMongoOptions['users']>;
}
