/**
 * So many pieces of work at once, so many of them of one key; keys take turns at a place that becomes free. What one key
 * has in plenty delays another's by the work of a place, not by the whole crowd.
 */
export class Places {
  private total = 0;
  private readonly running = new Map<string, number>();
  /** Oldest first of each key; the key whose turn was longest ago comes first. */
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(
    private readonly most: number,
    private readonly mostOfKey: number,
  ) {}

  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      const queue = this.waiting.get(key);
      if (queue) queue.push(begin);
      else this.waiting.set(key, [begin]);
      this.fill();
    });
    try {
      return await work();
    } finally {
      this.leave(key);
      this.fill();
    }
  }

  private fill(): void {
    while (this.total < this.most) {
      const key = this.nextKey();
      if (key === undefined) return;
      const queue = this.waiting.get(key) ?? [];
      const begin = queue.shift();
      this.waiting.delete(key);
      if (queue.length) this.waiting.set(key, queue);
      this.running.set(key, (this.running.get(key) ?? 0) + 1);
      this.total++;
      begin?.();
    }
  }

  /** At most `most / mostOfKey` keys are passed over. */
  private nextKey(): string | undefined {
    for (const key of this.waiting.keys()) if ((this.running.get(key) ?? 0) < this.mostOfKey) return key;
    return undefined;
  }

  private leave(key: string): void {
    const left = (this.running.get(key) ?? 1) - 1;
    if (left) this.running.set(key, left);
    else this.running.delete(key);
    this.total--;
  }
}
