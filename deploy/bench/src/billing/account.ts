import { MongoClient } from 'mongodb';
import { newId } from '@berth/mongo';
import type { Stage } from '../stage.ts';
import type { Life } from './history.ts';
import { copyFor, settled, type Settled } from './settled.ts';

/** Billing's own database, as its main names it. */
export const DATABASE = 'berth_billing';

/** Records of that time a settlement may look at again. */
const LAST_HOURS = 6 * 3_600_000;
const SIZES = ['micro', 'small', 'medium', 'large'];

/** A server that billing knows, and how many transitions it has heard of it. */
export interface KnownServer extends Omit<Life, 'from' | 'to'> {
  sequence: number;
}

/**
 * Gives an account so many servers that run since the first of the month and were paused twenty times since then: four that billing has settled, and copies of
 * these. Nobody but billing knows of them. Of what is over for hours there are neither transitions, intervals nor records: costs don't read them.
 */
export async function addServers(
  stage: Stage,
  { clockUrl, now, accountId, servers }: { clockUrl: string; now: Date; accountId: string; servers: number },
): Promise<KnownServer[]> {
  const [from, to] = [
    new Date(`${now.toISOString().slice(0, 7)}-01T00:10:00Z`),
    new Date(now.getTime() - 60_000),
  ];
  const lives = SIZES.map((size, index) => ({
    region: 'eu-central-1',
    size,
    diskGib: 20 + 30 * index,
    from,
    to,
  }));
  const all = await settled(stage, clockUrl, lives);
  const client = await MongoClient.connect(stage.mongoUri);
  try {
    const known: KnownServer[] = [];
    for (const like of all) {
      const copies = Array.from({ length: servers / all.length }, () => ({
        ...like.life,
        ...{ serverId: newId('srv'), accountId },
        sequence: Number(like.documents.ledgers[0]?.['sequence']),
      }));
      for (const [collection, documents] of Object.entries(recent(like, now))) {
        const copied = copies.flatMap((copy) => documents.map((document) => copyFor(copy, like, document)));
        await client.db(DATABASE).collection(collection).insertMany(copied);
      }
      known.push(...copies);
    }
    return known;
  } finally {
    await client.close();
  }
}

function recent({ documents }: Settled, now: Date): Settled['documents'] {
  const isRecent = (end: Date | null) => end === null || now.getTime() - end.getTime() < LAST_HOURS;
  return {
    ...documents,
    intervals: documents.intervals.filter(({ closedAt }) => isRecent(closedAt as Date | null)),
    usage_records: documents.usage_records.filter(({ to }) => isRecent(to as Date)),
  };
}
