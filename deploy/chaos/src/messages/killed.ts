import { statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child, lineInLog, NODE_COMPILE_CACHE, type Processes } from '@berth/local';

/** Of this file, and so of those beside it: `.js` once it is built. */
const EXTENSION = extname(import.meta.filename);

const LONGEST_START_SECONDS = 60;

/** A process that runs again whatever ends it. */
export class Killed {
  /** How often it was killed from here. */
  kills = 0;
  private readonly child: Child;
  private readonly log: string;
  /** Where in the log its present run begins. */
  private startedAt = 0;

  /** `program` is one of this folder, without its ending. */
  constructor(processes: Processes, program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.log = processes.log(program);
    this.child = new Child({
      name: program,
      command: process.execPath,
      args: ['--enable-source-maps', join(import.meta.dirname, program + EXTENSION), ...args],
      env: { ...process.env, NODE_COMPILE_CACHE, BERTH_LOG_LEVEL: 'error', ...env },
      log: this.log,
      onStart: processes.onStart,
    });
    processes.adopt([this.child], () => this.child.stop());
  }

  start(): void {
    this.startedAt = statSync(this.log, { throwIfNoEntry: false })?.size ?? 0;
    this.child.start();
  }

  /** Resolves when it works; what is said before a consumer works for the first time has no queue to go to. */
  async ready(): Promise<void> {
    await lineInLog(this.log, /^ready$/m, { offset: this.startedAt, withinSeconds: LONGEST_START_SECONDS });
  }

  stop(): Promise<void> {
    return this.child.stop();
  }

  /** SIGKILL, and up again at once. */
  async kill(): Promise<void> {
    await this.child.crash();
    this.kills++;
    this.start();
  }

  /** Kills it so long after each time it is ready until the signal aborts; it runs then. */
  async killEvery(milliseconds: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // What does not come up is killed as well.
      await this.ready().catch(() => {});
      await sleep(milliseconds, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await this.kill();
    }
  }
}
