import { setTimeout as delay } from 'node:timers/promises';
import { lastLines } from './child.ts';
import type { Processes } from './processes.ts';

const WITHIN_MILLISECONDS = 90_000;
/** A process that died so often has not merely waited for another one. */
const HOPELESS_RESTARTS = 3;

/** Waits until the gateway's `/readyz` says that all is; a process that keeps dying ends the wait with its last lines. */
export async function untilReady(
  url: string,
  processes: Processes,
  { progress, signal }: { progress?: (line: string) => void; signal?: AbortSignal },
): Promise<void> {
  const until = performance.now() + WITHIN_MILLISECONDS;
  let missing = 'the gateway';
  while (performance.now() < until) {
    signal?.throwIfAborted();
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    const now = answer ? await notReady(answer) : missing;
    if (now !== missing) progress?.(`waiting    for ${(missing = now)}`);
    const dying = [...processes.children.values()].find(({ restarts }) => restarts >= HOPELESS_RESTARTS);
    if (dying) throw new Error(`${dying.name} does not start:\n${lastLines(processes.log(dying.name))}`);
    await delay(100);
  }
  throw new Error(`Berth is not ready after ${WITHIN_MILLISECONDS / 1000} s: it waits for ${missing}.`);
}

/** `provisioning (catalog), dns`: the services that are not ready and the checks that say so. */
async function notReady(answer: Response): Promise<string> {
  const { notReady: services = [] } = (await answer.json()) as {
    notReady?: { service: string; checks: string[] }[];
  };
  return services
    .map(({ service, checks }) => service + (checks.length ? ` (${checks.join(', ')})` : ''))
    .join(', ');
}
