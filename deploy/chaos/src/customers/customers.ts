import type { Random } from '../random.ts';
import type { Stage } from '../stage/stage.ts';

export interface CustomersOptions {
  /** So many servers are launched in all; undefined: until the signal. */
  lifecycles: number | undefined;
  /** So many servers live at once. */
  atOnce: number;
}

/** What the customers asked and were answered. */
export interface Record {
  begun: number;
  ended: number;
}

/** Who uses the system. */
export class Customers {
  readonly record: Record = { begun: 0, ended: 0 };

  constructor(
    readonly stage: Stage,
    readonly random: Random,
    readonly options: CustomersOptions,
  ) {}

  /** Resolves when all lifecycles have come to their end; begins no new ones once the signal is given. */
  async run(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
  }
}
