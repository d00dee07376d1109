import type { BusConnection } from './connection.ts';

/**
 * Whether messages wait in a queue that nobody consumes. False while that cannot be said: the bus or the queue is away,
 * or what was sent is in somebody's hand already.
 */
export async function isUnattended(connection: BusConnection, queue: string): Promise<boolean> {
  try {
    const { consumerCount, messageCount } = await connection.withChannel((channel) =>
      channel.checkQueue(queue),
    );
    return consumerCount === 0 && messageCount > 0;
  } catch {
    return false;
  }
}
