import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { RequestContract } from '@berth/contracts';
import { problem } from '@berth/messaging';

/**
 * So many unanswered requests of one kind mean that their service is stuck. What comes then is refused at once: the
 * gateway's memory and the other services' answers do not depend on it.
 */
const MOST_PENDING_PER_KIND = 1_000;

/** Counts the requests that wait for an answer, by kind. */
@Injectable()
export class Pending implements BeforeApplicationShutdown {
  private readonly counts = new Map<string, number>();
  private readonly stopping = new AbortController();

  /**
   * Does the work unless too many of its kind are under way. With `gone`, it may take long: it is given up and its
   * place freed when that fires, or the gateway stops.
   */
  async hold<Result>(
    { type }: RequestContract,
    work: () => Promise<Result>,
    gone?: AbortSignal,
  ): Promise<Result> {
    const count = this.counts.get(type) ?? 0;
    if (count >= MOST_PENDING_PER_KIND) throw problem('overloaded');
    this.counts.set(type, count + 1);
    try {
      return await (gone
        ? Promise.race([work(), aborted(AbortSignal.any([gone, this.stopping.signal]))])
        : work());
    } finally {
      this.counts.set(type, (this.counts.get(type) ?? 1) - 1);
    }
  }

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () =>
      reject(problem('dependency_unavailable', { detail: 'The wait was ended; ask again.' }));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
