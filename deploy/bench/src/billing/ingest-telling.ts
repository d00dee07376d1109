import { setTimeout as delay } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import type { Db } from 'mongodb';
import type { Sample } from '../bench.ts';
import { cloudEventHeaders } from '../cloud-event.ts';
import { EVENTS, ROWS, type Hour } from './ingest-story.ts';

const LOOK_EVERY_MILLISECONDS = 10;
/** All that happens in an hour of the story does before. */
const LATE_IN_THE_HOUR_MILLISECONDS = 50 * 60_000;

/**
 * Tells a story, hour by hour, each when what was told of the one before has been taken up; `setTime` is told when it is. Ends when what follows is
 * committed, and published as far as the outside is to hear of it. Throws when the rows that came are not those that had to come.
 */
export async function tell(
  hours: readonly Hour[],
  { channel, exchange, database }: { channel: ConfirmChannel; exchange: string; database: Db },
  setTime: (now: Date) => void = () => {},
): Promise<Sample> {
  const before = await countsIn(database);
  const startedAt = performance.now();
  let told = 0;
  for (const { from, events } of hours) {
    setTime(new Date(from.getTime() + LATE_IN_THE_HOUR_MILLISECONDS));
    for (const { messageId, type, transition } of events)
      channel.publish(exchange, type, Buffer.from(JSON.stringify(transition)), {
        persistent: true,
        messageId,
        type,
        contentType: 'application/json',
        headers: cloudEventHeaders(type, '/berth/provisioning', messageId, new Date(transition.at)),
      });
    told += events.length;
    while ((await database.collection('facts').estimatedDocumentCount()) < (before['facts'] ?? 0) + told)
      await delay(LOOK_EVERY_MILLISECONDS);
  }
  while ((await database.collection('outbox').estimatedDocumentCount()) > 0)
    await delay(LOOK_EVERY_MILLISECONDS);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await countsIn(database);
  for (const [name, rows] of Object.entries(ROWS)) {
    const came = (after[name] ?? 0) - (before[name] ?? 0);
    if (came !== rows)
      throw new Error(`${came} ${name} came of a round in ${database.databaseName}, not ${rows}`);
  }
  return { 'events/s': EVENTS / seconds };
}

async function countsIn(database: Db): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of Object.keys(ROWS)) counts[name] = await database.collection(name).countDocuments();
  return counts;
}
