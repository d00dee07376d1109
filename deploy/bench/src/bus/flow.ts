import { z } from 'zod';
import { event } from '@berth/contracts';
import type { Sample } from '../bench.ts';

/** About 1 kB as JSON, like an event with a server in it. */
export const Parcel = event(
  'berth.bench.parcel.v1',
  z.object({
    number: z.number().int(),
    serverId: z.string(),
    status: z.enum(['running', 'paused']),
    tags: z.record(z.string(), z.string()),
    note: z.string().max(2_000),
  }),
);
export type Parcel = z.output<typeof Parcel.schema>;

export const parcel = (number: number): Parcel => ({
  number,
  serverId: 'srv_01jqzk4f6qe3v8w2m5n7r9t1xy',
  status: 'running',
  tags: { team: 'maps', stage: 'production' },
  note: 'x'.repeat(850),
});

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
