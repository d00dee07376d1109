import { AsyncLocalStorage } from 'node:async_hooks';
import type { Authenticate, ReplyOf } from '@berth/contracts';

/** By service; undefined from an accounts that signs none. */
export type Passports = ReplyOf<typeof Authenticate>['passports'];

/** They are good for two minutes, of which up to five seconds are over already and a minute may be spent in a queue. */
const SHOWN_MILLISECONDS = 45_000;

/** The passports with which services are asked for a caller: renewed for who goes on for longer than one is good. */
export class CallerPassports {
  private takenAt = performance.now();

  constructor(
    private passports: Passports,
    /** Throws when the caller is no longer let in. */
    private readonly renew: () => Promise<Passports>,
  ) {}

  async for(service: string): Promise<string | undefined> {
    if (performance.now() - this.takenAt > SHOWN_MILLISECONDS) {
      const takenAt = performance.now();
      this.passports = await this.renew();
      this.takenAt = takenAt;
    }
    return this.passports?.[service];
  }
}

const current = new AsyncLocalStorage<CallerPassports | undefined>();

/** Whose passports services are asked with at present; undefined: it is asked for nobody. */
export const currentPassports = (): CallerPassports | undefined => current.getStore();

/** Does the work in the name of these. What outlives the request, or is called from elsewhere, has to be given them anew. */
export const carrying = <Result>(passports: CallerPassports | undefined, work: () => Result): Result =>
  current.run(passports, work);

/** Has all of it made in the name of these, whoever takes it, and whenever. */
export function carryingOn<Item>(made: AsyncGenerator<Item>): AsyncGenerator<Item> {
  return steps(currentPassports(), made);
}

async function* steps<Item>(passports: CallerPassports | undefined, made: AsyncGenerator<Item>) {
  try {
    for (;;) {
      const { done, value } = await carrying(passports, () => made.next());
      if (done) return;
      yield value;
    }
  } finally {
    await made.return(undefined);
  }
}
