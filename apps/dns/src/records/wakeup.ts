import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/** Tells the zone writer of this process that there is something to write; other replicas find it by looking. */
@Injectable()
export class Wakeup {
  private rung = new AbortController();

  /** Ends the wait that is under way, or the next one. */
  ring(): void {
    this.rung.abort();
  }

  /** Returns when rung, also when that was before the call, or after this time. */
  async wait(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.rung.signal }).catch(() => {});
    this.rung = new AbortController();
  }
}
