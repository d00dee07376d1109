import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Options } from '@node-rs/argon2';

/** A password to be hashed, or to be compared with a hash. */
export type Job =
  { password: string | Uint8Array; parameters: Options } | { password: string; stored: string };

const PROGRAM = new URL(`./hashing.worker${extname(import.meta.filename)}`, import.meta.url);

/**
 * Computes password hashes in threads of its own, which let everybody else go first: a hash keeps a core busy for ten milliseconds or more,
 * and whatever waits for that core meanwhile, the event loop of this and of other services too, would wait as long. Threads are begun when
 * they are first needed and keep no process alive.
 */
export class Hashing {
  private readonly idle: Worker[] = [];
  private readonly waiting: ((worker: Worker) => void)[] = [];
  private begun = 0;

  constructor(private readonly threads: number) {}

  /** In PHC form. */
  hash(password: string | Uint8Array, parameters: Options): Promise<string> {
    return this.run<string>({ password, parameters });
  }

  verify(stored: string, password: string): Promise<boolean> {
    return this.run<boolean>({ password, stored });
  }

  private async run<Result>(job: Job): Promise<Result> {
    const worker = await this.worker();
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    worker.once('message', resolve).once('error', reject);
    worker.ref();
    worker.postMessage(job);
    try {
      const result = await promise;
      worker.off('error', reject);
      worker.unref();
      this.free(worker);
      return result;
    } catch (error) {
      // What a thread throws ends it: the next job has another one.
      this.begun--;
      const next = this.waiting.shift();
      if (next) next(this.begin());
      throw error;
    }
  }

  private worker(): Worker | Promise<Worker> {
    const idle = this.idle.pop();
    if (idle) return idle;
    if (this.begun < this.threads) return this.begin();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private begin(): Worker {
    this.begun++;
    return new Worker(PROGRAM);
  }

  private free(worker: Worker): void {
    const next = this.waiting.shift();
    if (next) next(worker);
    else this.idle.push(worker);
  }
}
