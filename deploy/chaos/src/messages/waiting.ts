import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MILLISECONDS = 250;
const SAY_EVERY_MILLISECONDS = 10_000;

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
