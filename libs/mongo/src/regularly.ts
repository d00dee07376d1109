import { setTimeout as delay } from 'node:timers/promises';

/** Work for a {@link Leader} that is done again so long after it has ended, for as long as the tenure lasts. */
export const regularly =
  (everyMilliseconds: number, work: (tenure: AbortSignal) => Promise<void>) =>
  async (tenure: AbortSignal): Promise<void> => {
    while (!tenure.aborted) {
      await work(tenure);
      await delay(everyMilliseconds, undefined, { signal: tenure }).catch(() => {});
    }
  };
