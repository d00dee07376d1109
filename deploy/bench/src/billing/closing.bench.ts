import { connect } from 'amqplib';
import type { Bench, Contender } from '../bench.ts';
import { ownDatabase, type Stage } from '../stage.ts';
import { clockFrom } from './clock-server.ts';
import { DATABASE, inProcess } from './closing-process.ts';
import { NOW, seedFleet } from './fleet.ts';
import { keepToOneCore, residentMebibytes } from './one-core.ts';

export const closing: Bench = {
  name: 'closing',
  about:
    'Closing a month of 100,000 servers that were paused 20 times each: finding the accounts, rating, invoices, and all messages about them confirmed, without making PDFs. ' +
    'One account has a tenth of the servers, the others 100 each; in every tenth account a price changes within a day of the month. Billing and its database ' +
    'share one core (the broker may use others); memory is billing’s. Against the same with fewer servers, each fleet in a database of its own.',
  rounds: 5,
  ours: fleetOf(100_000),
  references: { '10,000 servers': fleetOf(10_000), '1,000 servers': fleetOf(1_000) },
  goals: [
    { measure: 's', atMost: 60 },
    { measure: 'peak MiB', atMost: 512 },
    { measure: 'database MiB' },
    { measure: 'µs per server', against: '10,000 servers', atMost: 1.2 },
    { measure: 'µs per server', against: '1,000 servers' },
    { measure: 'peak MiB', against: '1,000 servers' },
  ],
};

function fleetOf(servers: number): Contender {
  return async ({ amqpUrl }) => {
    const database = await ownDatabase();
    const stage: Stage = { amqpUrl, mongoUri: database.mongoUri };
    const clock = await clockFrom(NOW);
    try {
      await dropCommands(amqpUrl);
      await seedFleet(stage, clock.url, DATABASE, servers);
      keepToOneCore(database.pid);
      const closes = await inProcess(stage);
      return {
        round: async () => ({ ...(await closes.round()), 'database MiB': residentMebibytes(database.pid) }),
        stop: async () => {
          await closes.stop();
          await database.stop();
        },
      };
    } catch (error) {
      await database.stop();
      throw error;
    } finally {
      await clock.stop();
    }
  };
}

/** Orders reach a queue, as they do where accounts and the others run; there they are dropped. */
async function dropCommands(amqpUrl: string): Promise<void> {
  const connection = await connect(amqpUrl);
  const channel = await connection.createChannel();
  await channel.assertExchange('berth.commands', 'topic', { durable: true });
  await channel.assertQueue('bench.commands', { durable: true, arguments: { 'x-max-length': 0 } });
  await channel.bindQueue('bench.commands', 'berth.commands', '#');
  await connection.close();
}
