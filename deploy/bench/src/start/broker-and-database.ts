import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes, startBroker } from '@berth/local';
import type { Contestant, Sample } from '../bench.ts';

/** What a start cannot do without, one after the other, on data that is there already. */
export class BrokerAndDatabase implements Contestant {
  private constructor(private readonly home: string) {}

  static async prepare(): Promise<BrokerAndDatabase> {
    return new BrokerAndDatabase(mkdtempSync(join(tmpdir(), 'berth-bench-')));
  }

  async round(): Promise<Sample> {
    const processes = new Processes(this.home);
    const startedAt = performance.now();
    const broker = await startBroker({ home: this.home });
    const mongo = processes.run('mongo', 'libs/embedded-mongo/dist/main.js', {
      BERTH_MONGO_FILE: join(this.home, 'data.sqlite'),
      BERTH_MONGO_PORT: '0',
    });
    await mongo.line(/ready (mongodb:\S+)/);
    const seconds = (performance.now() - startedAt) / 1000;
    await broker.stop();
    await processes.stop();
    return { seconds };
  }

  async stop(): Promise<void> {
    rmSync(this.home, { recursive: true, force: true });
  }
}
