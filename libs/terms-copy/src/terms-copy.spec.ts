import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Module, type INestMicroservice } from '@nestjs/common';
import { ClockModule } from '@berth/clock';
import { SendTerms, TermsChanged, type AccountTerms } from '@berth/contracts';
import { BusModule, createService, Outbox } from '@berth/messaging';
import { MongoModule, newId, Transactions } from '@berth/mongo';
import { broker, database, eventually, type Tap, type TestBroker, type TestDatabase } from '@berth/testing';
import { TermsCopy } from './terms-copy.ts';
import { TermsCopyModule } from './terms-copy.module.ts';

const accountId = newId('acc');
const terms = (sequence: number, currency: string): AccountTerms => ({
  accountId,
  sequence,
  currencies: [{ currency, activeFrom: '2026-03-01T00:00:00.000Z' }],
  prices: [],
});

let rabbit: TestBroker;
let mongo: TestDatabase;
/** What billing is asked for. */
let orders: Tap;
const running: INestMicroservice[] = [];

beforeAll(async () => {
  rabbit = await broker();
});
beforeEach(async () => {
  mongo = await database();
  orders = await rabbit.bindTap('berth.commands', SendTerms.type);
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
      BusModule.forRoot({ service: 'catalog', amqpUrl: rabbit.url }),
      TermsCopyModule.forRoot('catalog'),
    ],
  })
  class Service {}
  const app = await createService(Service, false);
  running.push(app);
  await app.listen();
  return app;
}

const publish = (app: INestMicroservice, changed: AccountTerms) =>
  app.get(Transactions).run(() => app.get(Outbox).publish(TermsChanged, changed));
const currencyIn = async (app: INestMicroservice) =>
  (await app.get(TermsCopy, { strict: false }).of(accountId))?.currencies[0]?.currency;

test('a service that knows no terms asks for all of them, and at its next start no more', async () => {
  const app = await replica();
  await eventually(() => expect(orders.messages).toMatchObject([{ data: { requestedBy: 'catalog' } }]));
  expect(await currencyIn(app)).toBeUndefined();
  await publish(app, terms(1, 'EUR'));
  await eventually(async () => expect(await currencyIn(app)).toBe('EUR'));
  await running.splice(0)[0]!.close();

  const again = await replica();
  expect(await currencyIn(again)).toBe('EUR');
  // What a start sends leaves before this, through the same outbox.
  await again.get(Transactions).run(() => again.get(Outbox).send(SendTerms, { requestedBy: 'spec' }));
  await eventually(() => expect(orders.messages.at(-1)).toMatchObject({ data: { requestedBy: 'spec' } }));
  expect(orders.messages).toHaveLength(2);
});

test('the newest terms are kept, whatever comes late, and another account keeps having none', async () => {
  const app = await replica();
  const copy = app.get(TermsCopy, { strict: false });
  const keep = (changed: AccountTerms) => app.get(Transactions).run(() => copy.keep(changed));
  await keep(terms(3, 'CAD'));
  await keep(terms(2, 'EUR'));
  expect(await currencyIn(app)).toBe('CAD');
  expect(await copy.of(newId('acc'))).toBeUndefined();
});
