import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HOOKS = new URL('../swc-hooks.mjs', import.meta.url).href;

/** A TypeScript file that runs as a process of its own, so that a spec can do to it what happens to processes. */
export class Child {
  /** What it has printed so far, line by line. */
  readonly lines: string[] = [];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;

  private constructor(private readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.ended = once(process, 'close').then(
      ([code, signal]: unknown[]) => (code ?? signal) as number | string,
    );
  }

  /** `file` is a `file:` URL: `new URL('./service.fixture.ts', import.meta.url)`. */
  static start(file: URL, env: Record<string, string> = {}): Child {
    return new Child(
      spawn(process.execPath, ['--conditions=@berth/source', '--import', HOOKS, fileURLToPath(file)], {
        env: { ...process.env, NODE_OPTIONS: '', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Ends it whatever it does, for the end of a spec. */
  async stop(): Promise<void> {
    this.kill('SIGKILL');
    await this.ended;
  }
}
