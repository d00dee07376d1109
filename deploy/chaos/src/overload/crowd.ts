import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import type { Report, Stream } from './streams.ts';

const PROGRAM = join(import.meta.dirname, `generator.main${extname(import.meta.filename)}`);

/** The generator's process, from outside. */
export class Crowd {
  private readonly child: ChildProcess = fork(PROGRAM);
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** From now on these streams, and those before no more. */
  play(streams: readonly Stream[]): void {
    this.child.send({ url: this.url, streams });
  }

  /** What came of the requests since this was last asked. */
  async report(): Promise<Report> {
    const told = once(this.child, 'message') as Promise<[Report]>;
    this.child.send('report');
    const [report] = await told;
    return report;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}
