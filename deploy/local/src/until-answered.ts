import { setTimeout as delay } from 'node:timers/promises';
import { ApiProblem } from './api.ts';

/**
 * Repeats after `Retry-After` what a crowded machine has refused or not answered in time (503), as a client does. An order has to have an
 * Idempotency-Key of its own: then it is carried out once.
 */
export async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 503) throw error;
      await delay(error.retryAfterSeconds * 1000);
    }
  }
}
