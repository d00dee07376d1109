import { setTimeout as delay } from 'node:timers/promises';
import { lastLines } from './child.ts';
import type { Processes } from './processes.ts';

const WITHIN_MILLISECONDS = 90_000;
/** A process that died so often has not merely waited for another one. */
const HOPELESS_RESTARTS = 3;

/**
 * Waits until the gateway's `/readyz` says that all is; a process that keeps dying ends the wait with its last lines. When
 * services are left out, the others have to answer, ready or not.
 */
export async function untilReady(
  url: string,
  processes: Processes,
  {
    progress,
    signal,
    without = [],
  }: { progress?: (line: string) => void; signal?: AbortSignal; without?: readonly string[] },
): Promise<void> {
  const until = performance.now() + WITHIN_MILLISECONDS;
  let missing = 'the gateway';
  while (performance.now() < until) {
    signal?.throwIfAborted();
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    const now = answer ? await notReady(answer, without) : missing;
    if (answer && !now) return;
    if (now !== missing) progress?.(`waiting    for ${(missing = now)}`);
    const dying = [...processes.children.values()].find(({ restarts }) => restarts >= HOPELESS_RESTARTS);
    if (dying) throw new Error(`${dying.name} does not start:\n${lastLines(processes.log(dying.name))}`);
    await delay(100);
  }
  throw new Error(`Berth is not ready after ${WITHIN_MILLISECONDS / 1000} s: it waits for ${missing}.`);
}

/** `provisioning (catalog), dns`: the services that are not ready and the checks that say so. */
async function notReady(answer: Response, without: readonly string[]): Promise<string> {
  const { notReady: services = [] } = (await answer.json()) as {
    notReady?: { service: string; checks: string[] }[];
  };
  return services
    .filter(({ service, checks }) => !without.includes(service) && !(without.length > 0 && checks.length > 0))
    .map(({ service, checks }) => service + (checks.length ? ` (${checks.join(', ')})` : ''))
    .join(', ');
}
