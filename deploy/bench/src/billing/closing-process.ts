import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import type { Contestant, Sample } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import type { Stage } from '../stage.ts';
import { clockFrom } from './clock-server.ts';
import { MONTH, NOW } from './fleet.ts';
import { keepToOneCore } from './one-core.ts';
import { billing, closingSweepOf } from './service.ts';

/** Billing's own database, as its main names it. */
export const DATABASE = 'berth_billing';
const WRITTEN = ['invoices', 'number_series', 'closings', 'month_scans'];

export const inProcess = inOwnProcess(import.meta.filename);

/** Billing on a database with a fleet, on one core. A round closes the month of all accounts, as the leader among billing's replicas does. */
export async function open(stage: Stage): Promise<Contestant> {
  keepToOneCore(process.pid);
  const clock = await clockFrom(NOW);
  const app = await billing(stage, clock.url);
  await app.listen();
  const sweep = await closingSweepOf(app);
  // By itself it would look every ten seconds; here it does when a round begins.
  await sweep.onModuleDestroy();
  const client = await MongoClient.connect(stage.mongoUri);
  const collection = (name: string) => client.db(DATABASE).collection(name);
  const [servers, accounts] = [
    await collection('ledgers').countDocuments(),
    await collection('accounts').countDocuments(),
  ];

  /** Throws when it is not every account that has its invoice, or a number is left out. */
  async function expectInvoices(): Promise<void> {
    const invoices = await collection('invoices').countDocuments({ status: 'issued', month: MONTH });
    const numbers = await collection('number_series').find().toArray();
    const last = Number(numbers[0]?.['last']);
    if (invoices !== accounts || last !== accounts)
      throw new Error(`${accounts} accounts have ${invoices} invoices, the last with number ${last}`);
  }

  async function round(): Promise<Sample> {
    for (const name of WRITTEN) await collection(name).deleteMany({});
    const startedAt = performance.now();
    await sweep.sweep();
    while ((await collection('outbox').countDocuments()) > 0) await delay(5);
    const seconds = (performance.now() - startedAt) / 1000;
    await expectInvoices();
    return {
      s: seconds,
      'µs per server': (seconds * 1e6) / servers,
      'peak MiB': process.resourceUsage().maxRSS / 1024,
    };
  }

  return {
    round,
    async stop() {
      await app.close();
      await client.close();
      await clock.stop();
    },
  };
}
