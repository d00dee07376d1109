import { setTimeout as delay } from 'node:timers/promises';

/** Waits until it is so, 60 s at most. That of @berth/testing brings decorators along, which Node does not take. */
export async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > until) throw new Error(`Not within a minute: ${isSo}`);
    await delay(20);
  }
}
