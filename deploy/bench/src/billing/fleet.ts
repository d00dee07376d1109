import { MongoClient, type Document } from 'mongodb';
import type { Price } from '@berth/contracts';
import { newId } from '@berth/mongo';
import type { Stage } from '../stage.ts';
import type { Life } from './history.ts';
import { catalogOf, copyFor, settled, type Settled } from './settled.ts';

export const MONTH = '2026-10';
/** The month is over and so is the grace period; the last hour has been recorded. */
export const NOW = new Date('2026-11-04T00:01:00Z');

const [FROM, TO] = [new Date('2026-10-01T00:10:00Z'), new Date('2026-10-31T22:00:00Z')];
const REGIONS = ['eu-central-1', 'us-east-1'];
/** Of every ten accounts one has servers of a size whose price changes on a day of the month, at half past noon. */
const REPRICED = { size: 'large', at: '2026-10-16T12:30:00Z' };
const PER_ACCOUNT = 100;
const AT_ONCE = 2_000;

const price = (
  region: string,
  size: string | null,
  perMinute: string,
  activeFrom = '2024-01-01T00:00:00Z',
): Price => ({
  ...{ meter: size === null ? 'disk' : 'compute', size, region, currency: 'USD', perMinute, activeFrom },
});
const PRICES = REGIONS.flatMap((region) => [
  price(region, 'small', '0.0025'),
  price(region, 'medium', '0.0058'),
  price(region, REPRICED.size, '0.0113'),
  price(region, REPRICED.size, '0.0119', REPRICED.at),
  price(region, null, '0.00000326'),
]);

const livesOf = (...sizes: string[]) =>
  REGIONS.flatMap((region) =>
    sizes.map((size, index) => ({ region, size, diskGib: 20 + 30 * index, from: FROM, to: TO })),
  );

/**
 * So many servers as billing has them at the end of a month, in its database: a tenth of them in one account, the others a hundred in each. Twelve
 * have been settled by billing, the others are copies of these. Returns how many accounts there are.
 *
 * What is not there: transitions and records, which closing a month does not read; and of the accounts in which no price changes all intervals but that of
 * each server's disk, by which the account is found.
 */
export async function seedFleet(
  stage: Stage,
  clockUrl: string,
  database: string,
  servers: number,
): Promise<number> {
  const steady = livesOf('small', 'medium', 'small', 'medium');
  const all = await settled(stage, clockUrl, [...steady, ...livesOf('large', 'large')], PRICES);
  const kinds = { steady: all.slice(0, steady.length), repriced: all.slice(steady.length) };
  const client = await MongoClient.connect(stage.mongoUri);
  try {
    const store = new Store(client, database);
    await store.add('catalog', { _id: 'catalog', revision: 1, version: 0, catalog: catalogOf(PRICES) });
    const sizes = accountSizes(servers);
    for (const [number, size] of sizes.entries()) {
      const accountId = newId('acc');
      await store.add('accounts', { _id: accountId, sequence: 1, status: 'active', version: 0 });
      const isRepriced = number % 10 === 5;
      const ofAccount = isRepriced ? kinds.repriced : kinds.steady;
      for (let made = 0; made < size; made++) {
        const like = ofAccount[made % ofAccount.length];
        if (like) await addServer(store, accountId, like, isRepriced);
      }
    }
    await store.flush();
    return sizes.length;
  } finally {
    await client.close();
  }
}

const accountSizes = (servers: number): number[] => [
  servers / 10,
  ...Array.from({ length: (servers * 0.9) / PER_ACCOUNT }, () => PER_ACCOUNT),
];

async function addServer(
  store: Store,
  accountId: string,
  like: Settled,
  withIntervals: boolean,
): Promise<void> {
  const owner: Pick<Life, 'serverId' | 'accountId'> = { serverId: newId('srv'), accountId };
  const { server_months: months, ledgers, intervals } = like.documents;
  const wanted = {
    server_months: months.filter(({ month }) => month === MONTH),
    ledgers,
    intervals: withIntervals ? intervals : intervals.filter(({ meter }) => meter === 'disk'),
  };
  for (const [collection, documents] of Object.entries(wanted))
    for (const document of documents) await store.add(collection, copyFor(owner, like, document));
}

/** Inserts in large batches. */
class Store {
  private readonly waiting = new Map<string, Document[]>();

  constructor(
    private readonly client: MongoClient,
    private readonly database: string,
  ) {}

  async add(collection: string, document: Document): Promise<void> {
    const documents = this.waiting.get(collection) ?? [];
    this.waiting.set(collection, documents);
    if (documents.push(document) >= AT_ONCE) await this.insert(collection);
  }

  async flush(): Promise<void> {
    for (const collection of this.waiting.keys()) await this.insert(collection);
  }

  private async insert(collection: string): Promise<void> {
    const documents = this.waiting.get(collection)?.splice(0) ?? [];
    if (documents.length > 0)
      await this.client.db(this.database).collection(collection).insertMany(documents);
  }
}
