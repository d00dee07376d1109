import type { Health } from './health.model.ts';

/** One lost packet is no outage. */
const MISSES_UNTIL_UNHEALTHY = 3;

/** A start of an instance: with another address or launch time it is another one, of which nothing is known. */
export type Start = Pick<Health, 'instanceId' | 'ip' | 'launchedAt'>;

/** Whether both speak of one and the same start. */
export function isSameStart(a: Start, b: Start): boolean {
  return (
    a.instanceId === b.instanceId && a.ip === b.ip && a.launchedAt?.getTime() === b.launchedAt?.getTime()
  );
}

/** What is to be published after a probe of this start; undefined: nothing new. `misses`: in a row, with this probe. */
export function verdict(published: Health | undefined, start: Start, misses: number): boolean | undefined {
  if (misses > 0 && misses < MISSES_UNTIL_UNHEALTHY) return undefined;
  const healthy = misses === 0;
  const isNews = !published || !isSameStart(published, start) || published.healthy !== healthy;
  return isNews ? healthy : undefined;
}
