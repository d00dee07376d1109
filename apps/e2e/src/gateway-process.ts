import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@berth/local';
import { eventually } from '@berth/testing';

const MAIN = fileURLToPath(new URL('../../gateway/dist/main.js', import.meta.url));

/** One more gateway in front of a running system. */
export class GatewayProcess {
  readonly url: string;
  private readonly process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.process = process;
  }

  static async start(env: Record<string, string>): Promise<GatewayProcess> {
    const [port] = await freePorts(1);
    const own = { BERTH_PORT: String(port), NODE_OPTIONS: '', ...env };
    const child = spawn(process.execPath, [MAIN], { env: { ...process.env, ...own }, stdio: 'ignore' });
    const gateway = new GatewayProcess(`http://localhost:${port}`, child);
    await eventually(async () => (await fetch(`${gateway.url}/readyz`)).ok, { within: 30_000 });
    return gateway;
  }

  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    if (this.process.exitCode === null) await once(this.process, 'exit');
  }
}
