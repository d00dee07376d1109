import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Module, type INestMicroservice } from '@nestjs/common';
import { ClockModule } from '@berth/clock';
import { CatalogPublished, SendCatalog, type Catalog } from '@berth/contracts';
import { BusModule, createService, Outbox } from '@berth/messaging';
import { MongoModule, Transactions } from '@berth/mongo';
import { Readiness } from '@berth/telemetry';
import { broker, database, eventually, type Tap, type TestBroker, type TestDatabase } from '@berth/testing';
import { CatalogCopy } from './catalog-copy.ts';
import { CatalogCopyModule } from './catalog-copy.module.ts';

const catalog = (revision: number): Catalog => ({
  revision,
  digest: String(revision),
  regions: [],
  sizes: [],
  products: [],
  prices: [],
});

let rabbit: TestBroker;
let mongo: TestDatabase;
/** What catalog is asked for. */
let orders: Tap;
const running: INestMicroservice[] = [];

beforeAll(async () => {
  rabbit = await broker();
});
beforeEach(async () => {
  mongo = await database();
  orders = await rabbit.bindTap('berth.commands', SendCatalog.type);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
  await mongo.stop();
});
afterAll(() => rabbit.stop());

async function replica(): Promise<INestMicroservice> {
  @Module({
    imports: [
      ClockModule.forRoot(),
      MongoModule.forRoot({ uri: mongo.uri, database: mongo.database }),
      BusModule.forRoot({ service: 'billing', amqpUrl: rabbit.url }),
      CatalogCopyModule.forRoot('billing'),
    ],
  })
  class Service {}
  const app = await createService(Service, false);
  running.push(app);
  await app.listen();
  return app;
}

const publish = (app: INestMicroservice, revision: number) =>
  app.get(Transactions).run(() => app.get(Outbox).publish(CatalogPublished, catalog(revision)));
const latestOf = async (app: INestMicroservice) =>
  (await app.get(CatalogCopy, { strict: false }).latest())?.revision;
const readinessOf = async (app: INestMicroservice) =>
  (await app.get(Readiness).report()).checks['has the catalog'];

test('a service without a catalog asks for it, and is ready when it has arrived', async () => {
  const app = await replica();
  await eventually(() => expect(orders.messages).toMatchObject([{ data: { requestedBy: 'billing' } }]));
  expect(await latestOf(app)).toBeUndefined();
  await expect(app.get(CatalogCopy, { strict: false }).current()).rejects.toMatchObject({ status: 503 });
  expect(await readinessOf(app)).toBe(false);

  await publish(app, 1);
  await eventually(async () => expect(await latestOf(app)).toBe(1));
  expect(await readinessOf(app)).toBe(true);
});

test('a service that has a catalog asks for none at its next start', async () => {
  await publish(await replica(), 1);
  await eventually(async () => expect(await latestOf(running[0]!)).toBe(1));
  await running.splice(0)[0]!.close();
  expect(orders.messages).toHaveLength(1);

  const again = await replica();
  expect(await latestOf(again)).toBe(1);
  // What a start sends leaves before this, through the same outbox.
  await again.get(Transactions).run(() => again.get(Outbox).send(SendCatalog, { requestedBy: 'spec' }));
  await eventually(() => expect(orders.messages.at(-1)).toMatchObject({ data: { requestedBy: 'spec' } }));
  expect(orders.messages).toHaveLength(2);
});

test('every replica sees the newest catalog, and an older one that comes late changes nothing', async () => {
  const [one, other] = [await replica(), await replica()];
  await publish(one, 3);
  for (const app of [one, other]) await eventually(async () => expect(await latestOf(app)).toBe(3));

  const copy = one.get(CatalogCopy, { strict: false });
  await one.get(Transactions).run(() => copy.keep(catalog(2)));
  for (const app of [one, other]) expect(await latestOf(app)).toBe(3);
  await publish(other, 4);
  for (const app of [one, other]) await eventually(async () => expect(await latestOf(app)).toBe(4));
});
