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
    const output = [process.stdout, process.stderr].flatMap((stream) =>
      stream ? [createInterface({ input: stream })] : [],
    );
    for (const lines of output) lines.on('line', (line) => this.lines.push(line));
    const read = Promise.all(output.map((lines) => once(lines, 'close')));
    this.ended = once(process, 'close').then(async ([code, signal]: unknown[]) => {
      await read;
      return (code ?? signal) as number | string;
    });
  }

  /** `file` is a `file:` URL: `new URL('./service.fixture.ts', import.meta.url)`. */
  static start(file: URL, env: Record<string, string> = {}, args: readonly string[] = []): Child {
    return new Child(
      spawn(
        process.execPath,
        ['--conditions=@berth/source', '--import', HOOKS, fileURLToPath(file), ...args],
        {
          env: { ...process.env, NODE_OPTIONS: '', ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      ),
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
