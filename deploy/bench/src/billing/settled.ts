import { MongoClient, type Document } from 'mongodb';
import { CatalogCopy } from '@berth/catalog-copy';
import type { Price } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import type { Stage } from '../stage.ts';
import { transitionsOf, type Life } from './history.ts';
import { billing, meteringOf } from './service.ts';

const DATABASE = 'bench_settled';

/** What billing keeps of one server after its settlements, by collection. */
export interface Settled {
  life: Life;
  documents: Readonly<Record<Collection, Document[]>>;
}
type Collection = 'server_months' | 'ledgers' | 'intervals' | 'usage_records';

/** Lets billing settle what such servers did, in a database beside that of the bench, and returns what it has stored. */
export async function settled(
  stage: Stage,
  clockUrl: string,
  lives: readonly Omit<Life, 'serverId' | 'accountId'>[],
  prices: readonly Price[] = [],
): Promise<Settled[]> {
  const app = await billing(stage, clockUrl, DATABASE);
  const metering = await meteringOf(app);
  const client = await MongoClient.connect(stage.mongoUri);
  try {
    const run = <Result>(work: () => Promise<Result>) => app.get(Transactions).run(work);
    if (prices.length > 0) await run(() => app.get(CatalogCopy, { strict: false }).keep(catalogOf(prices)));
    const all: Settled[] = [];
    for (const [number, kind] of lives.entries()) {
      const life = { ...kind, serverId: newId('srv'), accountId: newId('acc') };
      await run(async () => {
        for (const each of transitionsOf(life, number)) await metering.take([each]);
      });
      all.push({ life, documents: await storedOf(client, life.serverId) });
    }
    return all;
  } finally {
    await client.db(DATABASE).dropDatabase();
    await client.close();
    await app.close();
  }
}

export const catalogOf = (prices: readonly Price[]) => ({
  ...{ digest: 'bench', revision: 1, regions: [], sizes: [], products: [] },
  prices: [...prices],
});

async function storedOf(client: MongoClient, serverId: string): Promise<Settled['documents']> {
  const find = (collection: string, filter: Document) =>
    client.db(DATABASE).collection(collection).find(filter).toArray();
  return {
    server_months: await find('server_months', { serverId }),
    ledgers: await find('ledgers', { _id: serverId }),
    intervals: await find('intervals', { serverId }),
    usage_records: await find('usage_records', { serverId }),
  };
}

/** The same of another server, of whatever account. */
export function copyFor(
  { serverId, accountId }: Pick<Life, 'serverId' | 'accountId'>,
  { life }: Settled,
  document: Document,
): Document {
  const { _id, openPages } = document;
  const renamed = (text: unknown) =>
    String(text).replaceAll(life.serverId, serverId).replaceAll(life.accountId, accountId);
  return {
    ...document,
    _id: renamed(_id),
    // The open end of a ledger is a text that names whose it is.
    ...(openPages !== undefined && { openPages: renamed(openPages) }),
    ...('serverId' in document && { serverId, accountId }),
  };
}
