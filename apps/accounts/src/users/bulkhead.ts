/**
 * The bulkhead pattern (https://learn.microsoft.com/azure/architecture/patterns/bulkhead): runs work so many at a time and
 * in order; what would have to wait behind too many is refused.
 */
export class Bulkhead {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly maxWaiting: number,
    private readonly refusal: () => Error,
  ) {}

  /** Rejects with the refusal, without having begun, when the queue is full. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running >= this.atOnce) {
      if (this.waiting.length >= this.maxWaiting) throw this.refusal();
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running++;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The place is handed over rather than freed: nobody can slip in before the first in the queue.
      if (next) next();
      else this.running--;
    }
  }
}
