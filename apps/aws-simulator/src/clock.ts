import type { Store, Table } from './store.ts';

/** Node's longest timeout. */
const MAX_TIMEOUT_MILLISECONDS = 2 ** 31 - 1;

interface Job {
  kind: string;
  /** Virtual milliseconds since 1970. */
  dueAt: number;
  sequence: number;
  data: unknown;
}

interface Timer {
  dueAt: number;
  sequence: number;
  fire: () => void;
}

/**
 * The time of the simulated world: the system's plus an offset that `advance` grows. Everything in the simulator waits
 * on it, so an advance makes what became due happen, in order, each at its own time. Jobs survive a restart; those that
 * became due meanwhile happen at the start.
 */
export class VirtualClock {
  readonly #store: Store;
  readonly #offset: Table<number>;
  readonly #jobs: Table<Job>;
  readonly #handlers = new Map<string, (data: unknown) => void>();
  readonly #timers: Timer[] = [];
  readonly #offsetWatchers = new Set<() => void>();
  #timeout: NodeJS.Timeout | undefined;
  #sequence = 0;
  #running = false;

  constructor(store: Store) {
    this.#store = store;
    this.#offset = store.table('clock');
    this.#jobs = store.table('jobs');
    const jobs = this.#jobs.all();
    this.#sequence = Math.max(0, ...jobs.map((job) => job.sequence));
    this.#timers.push(...jobs.map((job) => this.#timerOf(job)));
    this.#timers.sort(byTime);
  }

  now(): number {
    return Date.now() + this.offsetMilliseconds;
  }

  get offsetMilliseconds(): number {
    return this.#offset.get('offset') ?? 0;
  }

  /** Declares a kind of job, once, before `start`; gives the function that schedules one in so many seconds. */
  job<Data>(kind: string, handler: (data: Data) => void): (delaySeconds: number, data: Data) => void {
    this.#handlers.set(kind, (data) => handler(data as Data));
    return (delaySeconds, data) => {
      const job = {
        kind,
        dueAt: Math.round(this.now() + delaySeconds * 1000),
        sequence: ++this.#sequence,
        data,
      };
      this.#jobs.put(String(job.sequence), job);
      this.#insert(this.#timerOf(job));
    };
  }

  /** Waits in virtual time; forgotten when the process ends. */
  sleep(seconds: number): Promise<void> {
    if (seconds <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#insert({
        dueAt: this.now() + seconds * 1000,
        sequence: ++this.#sequence,
        fire: resolve,
      });
    });
  }

  /** Until then nothing fires; all kinds of jobs are declared before. */
  start(): void {
    this.#running = true;
    this.#fireDue(this.now());
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timeout);
    for (const wake of this.#offsetWatchers) wake();
  }

  advance(seconds: number): void {
    const offset = this.offsetMilliseconds + Math.round(seconds * 1000);
    this.#fireDue(Date.now() + offset);
    this.#offset.put('offset', offset);
    this.#store.commit();
    for (const wake of this.#offsetWatchers) wake();
  }

  /** Resolves when the offset is another one than `known`, or after `withinSeconds` of real time. */
  async offsetChange(known: number, withinSeconds: number): Promise<number> {
    if (this.offsetMilliseconds === known) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timeout);
          this.#offsetWatchers.delete(done);
          resolve();
        };
        const timeout = setTimeout(done, withinSeconds * 1000);
        this.#offsetWatchers.add(done);
      });
    }
    return this.offsetMilliseconds;
  }

  #timerOf(job: Job): Timer {
    const fire = () => {
      this.#jobs.remove(String(job.sequence));
      const handler = this.#handlers.get(job.kind);
      if (!handler) throw new Error(`no handler for the job ${job.kind}`);
      handler(job.data);
      this.#store.commit();
    };
    return { dueAt: job.dueAt, sequence: job.sequence, fire };
  }

  #insert(timer: Timer): void {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle];
      if (other && byTime(other, timer) < 0) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    if (low === 0) this.#arm();
  }

  #fireDue(until: number): void {
    for (let next = this.#timers[0]; next && next.dueAt <= until; next = this.#timers[0]) {
      this.#timers.shift();
      this.#skipTo(next.dueAt);
      next.fire();
    }
    this.#arm();
  }

  /** Time never goes back: what is due in the past happens now. */
  #skipTo(time: number): void {
    const missing = Math.round(time - this.now());
    if (missing > 0) this.#offset.put('offset', this.offsetMilliseconds + missing);
  }

  #arm(): void {
    clearTimeout(this.#timeout);
    const next = this.#timers[0];
    if (!this.#running || !next) return;
    const wait = Math.min(Math.max(next.dueAt - this.now(), 0), MAX_TIMEOUT_MILLISECONDS);
    this.#timeout = setTimeout(() => this.#fireDue(this.now()), wait);
  }
}

function byTime(a: Timer, b: Timer): number {
  return a.dueAt - b.dueAt || a.sequence - b.sequence;
}
