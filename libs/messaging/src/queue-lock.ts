import { setTimeout as sleep } from 'node:timers/promises';
import type { BusConnection } from './connection.ts';

const TRY_AGAIN_MILLISECONDS = 50;
const RESOURCE_LOCKED = 405;

/**
 * Runs the work while no other process holds the lock of this name. The lock is a queue exclusive to a connection: it is
 * gone with it, so a holder that crashed holds nothing. Users of one connection have to take turns by themselves. Throws
 * {@link LockTaken}, and never runs the work, when it is not to be had within `patienceSeconds`.
 */
export function withQueueLock<Result>(
  connection: BusConnection,
  name: string,
  patienceSeconds: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const giveUpAt = Date.now() + patienceSeconds * 1000;
  return obtain(connection, name, giveUpAt).then(async () => {
    try {
      return await work();
    } finally {
      // With the connection gone, the lock is too.
      await connection.withChannel((channel) => channel.deleteQueue(name)).catch(() => {});
    }
  });
}

async function obtain(connection: BusConnection, name: string, giveUpAt: number): Promise<void> {
  for (;;) {
    try {
      await connection.withChannel((channel) =>
        channel.assertQueue(name, { exclusive: true, durable: false }),
      );
      return;
    } catch (error) {
      if (!isLocked(error)) throw error;
      if (Date.now() > giveUpAt) throw new LockTaken(name, error);
    }
    await sleep(TRY_AGAIN_MILLISECONDS);
  }
}

const isLocked = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === RESOURCE_LOCKED;

export class LockTaken extends Error {
  constructor(name: string, cause: unknown) {
    super(`Another process holds ${name}`, { cause });
  }
}
