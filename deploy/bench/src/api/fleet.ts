import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient, type Collection } from 'mongodb';
import { newId } from '@berth/mongo';
import { DATABASES, type ServerRow } from './rows.ts';

const AT_ONCE = 1_000;
const LOOK_EVERY_MILLISECONDS = 500;

/** Puts copies of a stored server beside it: so many for each of these accounts, all running, none with work to do. */
export async function addServers(
  mongoUri: string,
  serverId: string,
  accountIds: readonly string[],
  perAccount: number,
): Promise<void> {
  const client = await MongoClient.connect(mongoUri);
  try {
    const servers = client.db(DATABASES.provisioning).collection<ServerRow>('servers');
    const original = await atRest(servers, serverId);
    for (const accountId of accountIds) {
      for (let made = 0; made < perAccount; made += AT_ONCE) {
        const count = Math.min(AT_ONCE, perAccount - made);
        await servers.insertMany(Array.from({ length: count }, () => copyOf(original, accountId)));
      }
    }
  } finally {
    await client.close();
  }
}

/** The stored server, once nothing about it is due any more: what its copies had to do would be measured too. */
async function atRest(servers: Collection<ServerRow>, serverId: string): Promise<ServerRow> {
  for (;;) {
    const found = await servers.findOne({ _id: serverId });
    if (!found) throw new Error(`There is no ${serverId}`);
    if (found.nextLookAt === null) return found;
    await delay(LOOK_EVERY_MILLISECONDS);
  }
}

function copyOf(original: ServerRow, accountId: string): ServerRow {
  const _id = newId('srv');
  const hostname = _id.replace('_', '-');
  const host = original.host.replace(original.hostname, hostname);
  return { ...original, _id, accountId, hostname, host, searchText: `${original.name} ${host}` };
}
