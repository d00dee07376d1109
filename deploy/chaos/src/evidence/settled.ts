import { setTimeout as delay } from 'node:timers/promises';
import { COUNTS_SECONDS } from '../stage/broker.ts';
import type { Stage } from '../stage/stage.ts';
import { readUnderWay } from './databases.ts';

const EVERY_MILLISECONDS = 1_000;
/**
 * Whatever is on its way between two looks would otherwise be taken for nothing, and the queues' counts are those of a
 * moment ago: what comes in with a leap of the clock shows only then.
 */
const LOOKS_IN_A_ROW = COUNTS_SECONDS + 3;
/** Where a server stays until somebody or something moves it. */
const RESTING = ['running', 'paused', 'unavailable', 'terminated', 'failed'];

/** Waits until nothing is under way any more, at most so long. Returns what still is. */
export async function untilSettled(stage: Stage, withinSeconds: number): Promise<string[]> {
  const until = performance.now() + withinSeconds * 1000;
  let quiet = 0;
  let left: string[] = [];
  while (quiet < LOOKS_IN_A_ROW && performance.now() < until) {
    left = await underWay(stage).catch((error: unknown) => [String(error)]);
    quiet = left.length === 0 ? quiet + 1 : 0;
    await delay(EVERY_MILLISECONDS);
  }
  return left;
}

/** What is under way: servers that change, messages that wait, leases that are held. */
async function underWay(stage: Stage): Promise<string[]> {
  const { outbox, leases, unfinished, changing } = await readUnderWay(
    stage.mongoUri,
    RESTING,
    stage.clock.now(),
  );
  const queues = (await stage.broker.queues()).filter(
    ({ name, messages }) => messages > 0 && !name.endsWith('.dead-letters') && !name.startsWith('outside.'),
  );
  return [
    ...changing.map(({ id, status }) => `${id} is ${status}`),
    ...outbox.map(({ service, type }) => `${service} sends ${type}`),
    ...leases.map(({ id }) => `somebody works on ${id}`),
    ...unfinished.map(({ service, what, id }) => `${service}: ${what} ${id}`),
    ...queues.map(({ name, messages }) => `${messages} in ${name}`),
  ];
}
