import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SERVICE_NAMES } from '@berth/contracts';
import { freePorts } from '@berth/local';
import type { Contestant, Sample } from '../bench.ts';
import { residentMegabytes } from './resident.ts';

const ROOT = join(import.meta.dirname, '../../../..');
/** After which the memory that only starting took has been given back, as far as it ever is. */
const SETTLING_MILLISECONDS = 5_000;
const LOOK_EVERY_MILLISECONDS = 50;

/** `npm start` as typed, of a system that has been started before. */
export class NpmStart implements Contestant {
  private constructor(
    private readonly home: string,
    private readonly port: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async prepare(): Promise<NpmStart> {
    const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
    const [port, awsPort, instancePort] = (await freePorts(3)) as [number, number, number];
    // The bench's own broker and database are not meant.
    const { AMQP_URL: _broker, MONGODB_URI: _database, ...others } = process.env;
    return new NpmStart(home, port, {
      ...others,
      BERTH_HOME: home,
      BERTH_PORT: String(port),
      BERTH_AWS_PORT: String(awsPort),
      BERTH_SIM_INSTANCE_PORT: String(instancePort),
    });
  }

  async round(): Promise<Sample> {
    const startedAt = performance.now();
    // A process group of its own, to be ended as Ctrl-C ends one.
    const npm = spawn('npm', ['start'], { cwd: ROOT, env: this.env, stdio: 'ignore', detached: true });
    const ended = once(npm, 'exit');
    try {
      await Promise.race([
        this.untilReady(),
        ended.then(() => Promise.reject(new Error('npm start has ended'))),
      ]);
      const seconds = (performance.now() - startedAt) / 1000;
      await delay(SETTLING_MILLISECONDS);
      const { rss, pss } = residentMegabytes(this.services());
      return { seconds, 'services RSS MB': rss, 'services PSS MB': pss };
    } finally {
      if (npm.pid !== undefined && npm.exitCode === null) process.kill(-npm.pid, 'SIGINT');
      await ended;
    }
  }

  async stop(): Promise<void> {
    rmSync(this.home, { recursive: true, force: true });
  }

  private async untilReady(): Promise<void> {
    const isReady = () =>
      fetch(`http://127.0.0.1:${this.port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isReady())) await delay(LOOK_EVERY_MILLISECONDS);
  }

  /** The pids of the services, from what the supervisor writes down. */
  private services(): number[] {
    const { children } = JSON.parse(readFileSync(join(this.home, 'running.json'), 'utf8')) as {
      children: { pid: number; command: string }[];
    };
    const programs = SERVICE_NAMES.map((name) => `/apps/${name}/dist/main.js`);
    const services = children.filter(({ command }) => programs.some((program) => command.endsWith(program)));
    if (services.length !== programs.length) throw new Error(`${services.length} services run`);
    return services.map(({ pid }) => pid);
  }
}
