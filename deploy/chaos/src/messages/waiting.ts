import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MILLISECONDS = 250;
const SAY_EVERY_MILLISECONDS = 10_000;
const LONGEST_STANDSTILL_SECONDS = 120;

interface Waiting {
  withinSeconds: number;
  /** How far it is, for a line every ten seconds. */
  progress: () => string;
  signal: AbortSignal;
}

/** Waits until it is done, and tells whether it came to that; throws when the signal aborts. */
export async function until(
  done: () => Promise<boolean>,
  { withinSeconds, progress, signal }: Waiting,
): Promise<boolean> {
  const startedAt = performance.now();
  let saidAt = startedAt;
  while (!(await done())) {
    const now = performance.now();
    if (now - startedAt > withinSeconds * 1000) return false;
    if (now - saidAt > SAY_EVERY_MILLISECONDS) {
      saidAt = now;
      console.log(`  ${Math.round((now - startedAt) / 1000)} s: ${progress()}`);
    }
    await delay(LOOK_EVERY_MILLISECONDS, undefined, { signal });
  }
  return true;
}

/** Waits until so many are there, for as long as there are ever more; gives up when none came for two minutes. */
export async function untilThereAre(
  wanted: number,
  count: () => Promise<number>,
  { what, signal }: { what: () => string; signal: AbortSignal },
): Promise<boolean> {
  let there = -1;
  let moreAt = performance.now();
  const enoughOrStill = async () => {
    const now = await count();
    if (now > there) moreAt = performance.now();
    there = now;
    return there >= wanted || performance.now() - moreAt > LONGEST_STANDSTILL_SECONDS * 1000;
  };
  const progress = () => `${there} of ${wanted} ${what()}`;
  await until(enoughOrStill, { withinSeconds: Number.POSITIVE_INFINITY, progress, signal });
  return there >= wanted;
}
