import type { Sample } from '../bench.ts';
import { parcel, type Parcel } from '../parcel.ts';

export const PREFETCH = 200;
const IN_FLIGHT = 200;
const MESSAGES = 20_000;

/**
 * Sends a round's messages, at most 200 on their way at a time; one has arrived when it is confirmed and handled, and the
 * side calls `arrived` for both.
 */
export class Flow {
  private started = 0;
  private open = 0;
  private halves = 0;
  private finished: () => void = () => {};

  constructor(private readonly send: (parcel: Parcel) => void) {}

  async round(): Promise<Sample> {
    this.started = this.open = this.halves = 0;
    const startedAt = performance.now();
    await new Promise<void>((finished) => {
      this.finished = finished;
      this.fill();
    });
    return { 'messages/s': (MESSAGES / (performance.now() - startedAt)) * 1000 };
  }

  /** A confirm came, or a handler has run. */
  readonly arrived = (): void => {
    this.halves++;
    this.open = this.started - Math.floor(this.halves / 2);
    if (this.halves === 2 * MESSAGES) this.finished();
    else this.fill();
  };

  private fill(): void {
    while (this.open < IN_FLIGHT && this.started < MESSAGES) {
      this.open++;
      this.send(parcel(this.started++));
    }
  }
}
