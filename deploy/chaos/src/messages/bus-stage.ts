import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes, startBroker } from '@berth/local';
import { verdictOf, type Check } from './check.ts';

/** A private broker and an empty development database. */
export interface BusStage {
  processes: Processes;
  /** What the processes on it find them by. */
  env: { AMQP_URL: string; MONGODB_URI: string };
}

/**
 * Sets it up, and takes all of it away when the work has ended; when one of its checks fails, its logs and data are kept. The
 * broker is of one node unless `broker` starts others.
 */
export async function onBusStage(
  work: (stage: BusStage) => Promise<Check[]>,
  broker = oneNode,
): Promise<Check[]> {
  const home = mkdtempSync(join(tmpdir(), 'berth-chaos-bus-'));
  const processes = new Processes(home);
  const starting = [broker(home, processes), database(home, processes)] as const;
  let failed = true;
  try {
    const [amqpUrl, mongoUri] = await Promise.all(starting);
    const checks = await work({ processes, env: { AMQP_URL: amqpUrl, MONGODB_URI: mongoUri } });
    failed = verdictOf(checks).failed > 0;
    return checks;
  } finally {
    await Promise.allSettled(starting);
    await processes.stop();
    if (failed) console.log(`Logs and data are kept in ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
}

async function oneNode(home: string, processes: Processes): Promise<string> {
  const { url, children, stop } = await startBroker({ home, onStart: processes.onStart });
  processes.adopt(children, stop);
  return url;
}

async function database(home: string, processes: Processes): Promise<string> {
  const mongo = processes.run('mongo', 'libs/embedded-mongo/dist/main.js', {
    BERTH_MONGO_FILE: join(home, 'data.sqlite'),
    BERTH_MONGO_PORT: '0',
    // As `npm start` has it: what a killed process was writing stays locked for so long.
    BERTH_MONGO_TRANSACTION_SECONDS: '3',
  });
  const [, uri = ''] = await mongo.line(/ready (mongodb:\S+)/);
  return uri;
}
