import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MILLISECONDS = 25;

/**
 * Waits until the check passes and returns what it returned; it fails by throwing (an `expect`, say) or by
 * returning false. After `within` milliseconds (10 s by default) it throws, with the last failure as its cause.
 */
export async function eventually<Result>(
  check: () => Result | Promise<Result>,
  { within = 10_000 }: { within?: number } = {},
): Promise<Result> {
  const giveUpAt = Date.now() + within;
  for (;;) {
    let failure: unknown;
    try {
      const result = await check();
      if (result !== false) return result;
      failure = new Error('the condition is false');
    } catch (error) {
      failure = error;
    }
    if (Date.now() > giveUpAt) {
      const reason = failure instanceof Error ? failure.message : String(failure);
      throw new Error(`Not within ${within} ms: ${reason}`, { cause: failure });
    }
    await sleep(EVERY_MILLISECONDS);
  }
}
