/** How much the last one counts among those before it. */
const WEIGHT = 0.2;

/** How long work of each kind takes by now: a moving average, so that it follows a machine that becomes slow. */
export class Pace {
  private readonly seconds = new Map<string, number>();

  /** 0 before any has ended. */
  secondsOf(kind: string): number {
    return this.seconds.get(kind) ?? 0;
  }

  async measure<Result>(kind: string, work: () => Promise<Result>): Promise<Result> {
    const beganAt = performance.now();
    try {
      return await work();
    } finally {
      const seconds = (performance.now() - beganAt) / 1000;
      const before = this.seconds.get(kind) ?? seconds;
      this.seconds.set(kind, before + WEIGHT * (seconds - before));
    }
  }
}
