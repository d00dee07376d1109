import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../home.ts';

/** A command of deploy/local as a person runs it, for specs: what it prints can be waited for, and it gets Ctrl-C. */
export class RunningCommand {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | string>;

  constructor(program: 'start.ts' | 'serve.ts', args: readonly string[], env: NodeJS.ProcessEnv) {
    const file = join(ROOT, 'deploy/local/src', program);
    const flags = ['--conditions=@berth/source', '--disable-warning=ExperimentalWarning'];
    this.child = spawn(process.execPath, [...flags, file, ...args], {
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    this.ended = once(this.child, 'close').then(
      ([code, signal]: unknown[]) => (code ?? signal) as number | string,
    );
  }

  /** The first line that matches; throws, with all that was printed, when none comes. */
  async line(pattern: RegExp, withinSeconds = 60): Promise<RegExpExecArray> {
    const until = performance.now() + withinSeconds * 1000;
    for (;;) {
      const match = this.lines.map((line) => pattern.exec(line)).find((found) => found !== null);
      if (match) return match;
      if (performance.now() > until || this.child.exitCode !== null)
        throw new Error(`Nothing like ${pattern} in:\n${this.lines.join('\n')}`);
      await delay(50);
    }
  }

  /** Ctrl-C, as its terminal sends it; resolves to the exit code. */
  interrupt(): Promise<number | string> {
    this.child.kill('SIGINT');
    return this.ended;
  }

  /** Its exit code, once it has ended by itself. */
  get exit(): Promise<number | string> {
    return this.ended;
  }
}

/** The command lines of all processes that were started, however far removed, with this in their environment. */
export function processesWith(setting: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return environment.some((each) => each.includes(setting))
          ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
          : [];
      } catch {
        return [];
      }
    });
}
