import type { Stage } from '../stage/stage.ts';

/** How many messages waited at most in each queue between the services. */
export class Queues {
  private readonly stage: Stage;
  private readonly most = new Map<string, number>();

  constructor(stage: Stage) {
    this.stage = stage;
  }

  async sample(): Promise<void> {
    for (const { name, messages = 0 } of await this.stage.broker.queues())
      this.most.set(name, Math.max(this.most.get(name) ?? 0, messages));
  }

  /** The longest first. */
  longest(): [queue: string, messages: number][] {
    return [...this.most].sort(([, a], [, b]) => b - a);
  }
}
