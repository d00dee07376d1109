import type { Contestant, Sample } from '../bench.ts';

export const EVENTS = 1_000;
const SENDERS = 50;

/** A round: fifty senders share the events; it ends when the receiver has committed the last. */
export async function sendAround(
  receiver: Contestant,
  send: (number: number) => Promise<void>,
): Promise<Sample> {
  const startedAt = performance.now();
  const received = receiver.round();
  let next = 0;
  const sender = async () => {
    while (next < EVENTS) await send(next++);
  };
  await Promise.all([received, ...Array.from({ length: SENDERS }, sender)]);
  return { 'events/s': (EVENTS / (performance.now() - startedAt)) * 1000 };
}

/** The receiver's part of a round: resolves when so many more have been committed. */
export class Arrivals {
  private count = 0;
  private wanted = Infinity;
  private finished: () => void = () => {};

  async round(): Promise<Sample> {
    this.wanted = EVENTS;
    await new Promise<void>((finished) => {
      this.finished = finished;
      this.check();
    });
    this.count -= EVENTS;
    this.wanted = Infinity;
    return {};
  }

  readonly committed = (): void => {
    this.count++;
    this.check();
  };

  private check(): void {
    if (this.count >= this.wanted) this.finished();
  }
}
