import { fork, type ChildProcess } from 'node:child_process';
import { extname, join } from 'node:path';
import type { Options } from '@node-rs/argon2';

/** A password to be hashed, or to be compared with a hash. */
type Job = { password: string; parameters: Options } | { password: string; stored: string };

/** What the process is asked and answers. */
export interface Asked {
  id: number;
  job: Job;
}
export type Computed = { id: number } & ({ result: string | boolean } | { error: string });

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

const PROGRAM = join(import.meta.dirname, `hashing.process${extname(import.meta.filename)}`);

/**
 * Computes password hashes in a process of its own, which lets everybody else go first: a hash keeps a core busy for ten milliseconds or more,
 * and whatever waits for that core meanwhile, the event loop of this and of other services too, would wait as long. A thread would give way to
 * this service alone where the kernel shares out time among sessions. The process is begun when it is first needed, again should it end, and
 * keeps no other alive.
 */
export class Hashing {
  private readonly waiting = new Map<number, Waiting>();
  private child: ChildProcess | undefined;
  private lastId = 0;

  /** So many are computed at a time. */
  constructor(private readonly threads: number) {}

  /** Of the process, while there is one. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** In PHC form. */
  hash(password: string, parameters: Options): Promise<string> {
    return this.run<string>({ password, parameters });
  }

  verify(stored: string, password: string): Promise<boolean> {
    return this.run<boolean>({ password, stored });
  }

  private run<Result>(job: Job): Promise<Result> {
    const child = (this.child ??= this.begin());
    const id = ++this.lastId;
    return new Promise<Result>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      child.channel?.ref();
      // That it cannot be asked any more is told by its end.
      child.send({ id, job } satisfies Asked, () => {});
    });
  }

  private begin(): ChildProcess {
    const child = fork(PROGRAM, {
      // A session of its own, whose priority it lowers.
      detached: true,
      env: { UV_THREADPOOL_SIZE: String(this.threads) },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (computed) => this.settle(computed as Computed));
    child.once('error', (error) => this.end(child, error));
    child.once('exit', () => this.end(child, new Error('The process that hashes passwords has ended')));
    child.unref();
    child.channel?.unref();
    return child;
  }

  private settle(computed: Computed): void {
    const waiting = this.waiting.get(computed.id);
    this.waiting.delete(computed.id);
    if (this.waiting.size === 0) this.child?.channel?.unref();
    if ('error' in computed) waiting?.reject(new Error(computed.error));
    else waiting?.resolve(computed.result as never);
  }

  private end(child: ChildProcess, error: Error): void {
    if (this.child !== child) return;
    this.child = undefined;
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
