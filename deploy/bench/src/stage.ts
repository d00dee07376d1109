import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes, startBroker } from '@berth/local';

/** What a bench plays on; plain data, so that it can be handed to other processes. */
export interface Stage {
  amqpUrl: string;
  mongoUri: string;
}

/**
 * An empty RabbitMQ and an empty development database for one bench, or what `AMQP_URL` and `MONGODB_URI` name. All that
 * was started is stopped and removed when the work ends.
 */
export async function onStage<Result>(work: (stage: Stage) => Promise<Result>): Promise<Result> {
  const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  const processes = new Processes(home);
  const starting = [
    process.env['AMQP_URL'] ?? broker(home, processes),
    process.env['MONGODB_URI'] ?? database(home, processes),
  ] as const;
  try {
    const [amqpUrl, mongoUri] = await Promise.all(starting);
    return await work({ amqpUrl, mongoUri });
  } finally {
    await Promise.allSettled(starting);
    await processes.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** An empty development database for one side alone, whatever `MONGODB_URI` names. */
export async function ownDatabase(): Promise<{ mongoUri: string; pid: number; stop: () => Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  const processes = new Processes(home);
  const stop = async () => {
    await processes.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const mongoUri = await database(home, processes);
    const pid = processes.children.get('mongo')?.pid;
    if (pid === undefined) throw new Error('The database has ended');
    return { mongoUri, pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function broker(home: string, processes: Processes): Promise<string> {
  const { url, children, stop } = await startBroker({ home, onStart: processes.onStart });
  processes.adopt(children, stop);
  return url;
}

async function database(home: string, processes: Processes): Promise<string> {
  const mongo = processes.run('mongo', 'libs/embedded-mongo/dist/main.js', {
    BERTH_MONGO_FILE: join(home, 'bench.sqlite'),
    BERTH_MONGO_PORT: '0',
  });
  const [, uri = ''] = await mongo.line(/ready (mongodb:\S+)/);
  return uri;
}
