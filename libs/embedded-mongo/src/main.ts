import { EmbeddedMongo } from './embedded-mongo.ts';

const { BERTH_MONGO_PORT: port = '0', BERTH_MONGO_FILE: file } = process.env;

try {
  const mongo = await EmbeddedMongo.start({ port: Number(port), ...(file ? { file } : {}) });
  console.log(`embedded-mongo ready ${mongo.uri}`);
  const stop = () => void mongo.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  console.error(`embedded-mongo cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
