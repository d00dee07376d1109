import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, createReadStream, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** How a process ended: its exit code, or the signal that ended it. */
export type Ending = number | NodeJS.Signals;

export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** The file its output is appended to. */
  log: string;
  cwd?: string;
  /** Called with every (re)start: there is another pid now. */
  onStart?: (() => void) | undefined;
}

const FIRST_BACKOFF_MILLISECONDS = 250;
const LONGEST_BACKOFF_MILLISECONDS = 10_000;
/** Running this long means that it came up: the next failure starts at the first back-off again. */
const STEADY_MILLISECONDS = 30_000;

/** A process that is started again, with growing pauses, whenever it ends without having been told to. */
export class Child {
  readonly name: string;
  restarts = 0;
  /** How it ended last. */
  ending?: Ending;
  private readonly spec: ChildSpec;
  private process: ChildProcess | null = null;
  private stopping = false;
  private pause: NodeJS.Timeout | undefined;
  private backoffMilliseconds = FIRST_BACKOFF_MILLISECONDS;

  constructor(spec: ChildSpec) {
    this.name = spec.name;
    this.spec = spec;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  start(): this {
    this.stopping = false;
    clearTimeout(this.pause);
    const { command, args, env, log, cwd } = this.spec;
    const output = openSync(log, 'a', 0o600);
    const startedAt = performance.now();
    // Of its own process group, so that Ctrl-C reaches only the supervisor, which stops the others in order.
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', output, output], detached: true });
    closeSync(output);
    child.once('error', () => this.ended(startedAt));
    child.once('exit', (code, signal) => {
      this.ending = signal ?? code ?? 0;
      this.ended(startedAt);
    });
    this.process = child;
    this.spec.onStart?.();
    return this;
  }

  /** Sends the signal as it is; what ends by it is started again. */
  signal(signal: NodeJS.Signals): void {
    this.process?.kill(signal);
  }

  /** Asks it to stop and waits; kills it when it takes longer than `withinSeconds`. */
  async stop(withinSeconds = 30): Promise<void> {
    this.stopping = true;
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((exit) => child.once('exit', exit));
    child.kill('SIGTERM');
    const late = AbortSignal.timeout(withinSeconds * 1000);
    late.addEventListener('abort', () => child.kill('SIGKILL'));
    await exited;
  }

  /**
   * SIGKILL to it and to what it has started itself, as when the machine under it fails; resolves when it is gone. It
   * stays so until `start`, and the pauses between starts begin anew: it is not its own failure.
   */
  async crash(): Promise<void> {
    this.stopping = true;
    this.backoffMilliseconds = FIRST_BACKOFF_MILLISECONDS;
    const child = this.process;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((exit) => child.once('exit', exit));
    process.kill(-child.pid, 'SIGKILL');
    await exited;
  }

  private ended(startedAt: number): void {
    this.process = null;
    if (this.stopping) return;
    if (performance.now() - startedAt > STEADY_MILLISECONDS)
      this.backoffMilliseconds = FIRST_BACKOFF_MILLISECONDS;
    const pause = this.backoffMilliseconds;
    this.backoffMilliseconds = Math.min(pause * 2, LONGEST_BACKOFF_MILLISECONDS);
    this.pause = setTimeout(() => {
      if (this.stopping) return;
      this.restarts += 1;
      this.start();
    }, pause);
  }
}

/** The end of a log, for a message about what went wrong. */
export function lastLines(log: string, count = 15): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '(no output)';
  }
}

/** Waits until a line written to the log after `offset` matches, and returns the match. */
export async function lineInLog(
  log: string,
  pattern: RegExp,
  { offset = 0, withinSeconds = 30 } = {},
): Promise<RegExpExecArray> {
  const until = performance.now() + withinSeconds * 1000;
  while (performance.now() < until) {
    const match = pattern.exec(await textFrom(log, offset));
    if (match) return match;
    await delay(50);
  }
  throw new Error(
    `${log} did not show ${pattern} within ${withinSeconds} s. It ends with:\n${lastLines(log)}`,
  );
}

async function textFrom(file: string, offset: number): Promise<string> {
  let text = '';
  for await (const chunk of createReadStream(file, { start: offset, encoding: 'utf8' }))
    text += String(chunk);
  return text;
}
