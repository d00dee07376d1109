import { createContext, Script } from 'node:vm';
import { MongoError } from './errors.ts';

/** One computation must not hold up all other clients of this single thread for longer. */
const longestComputationMilliseconds = 5000;

const watched: { work?: () => void } = createContext({});
const runWork = new Script('work()');

/**
 * The time one command may take: the client's `maxTimeMS` (waiting included) and a fixed cap on computing without
 * a pause. Loops call `tick()`; past the end it throws MaxTimeMSExpired (50).
 */
export class Deadline {
  /** `performance.now()` at which the client's patience ends; Infinity without maxTimeMS. */
  readonly endsAt: number;
  #computeUntil: number;
  #ticks = 0;

  constructor(maxTimeMilliseconds: number) {
    const now = performance.now();
    this.endsAt = maxTimeMilliseconds > 0 ? now + maxTimeMilliseconds : Infinity;
    this.#computeUntil = now + longestComputationMilliseconds;
  }

  /** After a wait in which others ran, the computation cap starts anew. */
  resume(): void {
    this.#computeUntil = performance.now() + longestComputationMilliseconds;
  }

  tick(): void {
    if ((++this.#ticks & 0xff) === 0) this.check();
  }

  check(): void {
    if (performance.now() > Math.min(this.endsAt, this.#computeUntil)) throw expired();
  }

  /** Runs pure code that cannot tick (a regular expression) and interrupts it at the deadline. */
  guard<T>(compute: () => T): T {
    this.check();
    const timeout = Math.ceil(Math.min(this.endsAt, this.#computeUntil) - performance.now());
    let result: { value: T } | { error: unknown } | undefined;
    watched.work = () => {
      try {
        result = { value: compute() };
      } catch (error) {
        result = { error };
      }
    };
    try {
      runWork.runInContext(watched, { timeout: Math.max(1, timeout) });
    } catch {
      throw expired();
    }
    if (!result) throw expired();
    if ('error' in result) throw result.error;
    return result.value;
  }
}

function expired(): MongoError {
  return new MongoError('MaxTimeMSExpired', 'operation exceeded time limit');
}
