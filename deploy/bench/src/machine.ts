import { availableParallelism, cpus, totalmem } from 'node:os';
import { connect as connectToBroker } from 'amqplib';
import { connect as connectToDatabase } from '@berth/mongo';
import type { Stage } from './stage.ts';

/** What the numbers depend on besides the code. */
export async function machineFacts({ amqpUrl, mongoUri }: Stage): Promise<string> {
  return [
    `- ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `- Node ${process.versions.node}`,
    `- RabbitMQ ${await brokerVersion(amqpUrl)}`,
    `- ${process.env['MONGODB_URI'] ? `MongoDB ${await databaseVersion(mongoUri)}` : 'the embedded development database'}`,
  ].join('\n');
}

async function brokerVersion(amqpUrl: string): Promise<string> {
  const { connection, close } = await connectToBroker(amqpUrl).then((model) => ({
    connection: model.connection,
    close: () => model.close(),
  }));
  await close();
  return connection.serverProperties.version;
}

async function databaseVersion(mongoUri: string): Promise<string> {
  const connection = await connectToDatabase({ uri: mongoUri, database: 'bench' });
  const info = await connection.db?.admin().buildInfo();
  await connection.close();
  return String(info?.['version']);
}
