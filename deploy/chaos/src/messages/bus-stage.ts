import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes, startBroker } from '@berth/local';

/** A private broker and an empty development database. */
export interface BusStage {
  processes: Processes;
  /** What the processes on it find them by. */
  env: { AMQP_URL: string; MONGODB_URI: string };
}

/** Sets it up, and takes all of it away when the work has ended. The broker is of one node unless `broker` starts others. */
export async function onBusStage<Result>(
  work: (stage: BusStage) => Promise<Result>,
  broker = oneNode,
): Promise<Result> {
  const home = mkdtempSync(join(tmpdir(), 'berth-chaos-bus-'));
  const processes = new Processes(home);
  const starting = [broker(home, processes), database(home, processes)] as const;
  try {
    const [amqpUrl, mongoUri] = await Promise.all(starting);
    return await work({ processes, env: { AMQP_URL: amqpUrl, MONGODB_URI: mongoUri } });
  } finally {
    await Promise.allSettled(starting);
    await processes.stop();
    rmSync(home, { recursive: true, force: true });
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
