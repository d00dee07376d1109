import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MongoClient, type Db } from 'mongodb';
import { EmbeddedMongo } from '../embedded-mongo.ts';
import { RawConnection } from '../wire/raw-connection.ts';

const users = {
  root: { password: 'all of it', databases: 'all' },
  dns: { password: 'p@ss:w/rd', databases: ['berth_dns'] },
  'bill,=ing': { password: 'money', databases: ['berth_billing'] },
} as const;
type Name = keyof typeof users;

let mongo: EmbeddedMongo;
const clients: MongoClient[] = [];

beforeAll(async () => {
  mongo = await EmbeddedMongo.start({ users });
  const billing = await as('bill,=ing', 'berth_billing');
  await billing.collection('usage').insertOne({ minutes: 5 });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await mongo.stop();
});

async function connect(username: string, password: string): Promise<MongoClient> {
  const client = new MongoClient(mongo.uri, { auth: { username, password }, authSource: 'admin' });
  clients.push(client);
  await client.connect();
  return client;
}
const as = async (name: Name, database: string): Promise<Db> =>
  (await connect(name, users[name].password)).db(database);

test('a user reads and writes its own database, in transactions too', async () => {
  const client = await connect('dns', users.dns.password);
  const records = client.db('berth_dns').collection('records');
  await records.createIndex({ host: 1 }, { unique: true });
  await client.withSession((session) =>
    session.withTransaction(() => records.insertOne({ host: 'atlas' }, { session })),
  );
  expect(await records.find().batchSize(1).toArray()).toMatchObject([{ host: 'atlas' }]);
  await records.drop();
});

describe('another database', () => {
  test.each<[string, (db: Db) => Promise<unknown>]>([
    ['read', (db) => db.collection('usage').findOne({})],
    ['counted', (db) => db.collection('usage').countDocuments()],
    ['written', (db) => db.collection('usage').insertOne({ minutes: 0 })],
    ['changed', (db) => db.collection('usage').updateMany({}, { $set: { minutes: 0 } })],
    ['emptied', (db) => db.collection('usage').deleteMany({})],
    ['dropped', (db) => db.dropDatabase()],
    ['listed', (db) => db.listCollections().toArray()],
    ['indexed', (db) => db.collection('usage').createIndex({ minutes: 1 })],
  ])('cannot be %s', async (_, work) => {
    const failure = await work(await as('dns', 'berth_billing')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 13, codeName: 'Unauthorized' });
    const own = await as('bill,=ing', 'berth_billing');
    expect(
      await own
        .collection('usage')
        .find({}, { projection: { _id: 0 } })
        .toArray(),
    ).toEqual([{ minutes: 5 }]);
  });

  test('is open to who may do everything', async () => {
    const root = await as('root', 'berth_billing');
    expect(await root.collection('usage').countDocuments()).toBe(1);
    expect((await root.admin().listDatabases()).databases.map(({ name }) => name)).toContain('berth_billing');
  });

  test('is not to be seen in the list of databases', async () => {
    const failure = (await as('dns', 'berth_dns')).admin().listDatabases();
    await expect(failure).rejects.toMatchObject({ codeName: 'Unauthorized' });
  });
});

test.each([
  ['dns', 'wrong'],
  ['dns', ''],
  ['nobody', 'wrong'],
])('%s with the password %j gets in nowhere', async (name, password) => {
  await expect(connect(name, password)).rejects.toThrow();
});

describe('who has not said who it is', () => {
  test('may greet, and nothing else', async () => {
    const raw = await RawConnection.open(mongo.uri);
    expect(await raw.command({ hello: 1, saslSupportedMechs: 'admin.dns', $db: 'admin' })).toMatchObject({
      ok: 1,
      saslSupportedMechs: ['SCRAM-SHA-256'],
    });
    expect(await raw.command({ ping: 1, $db: 'admin' })).toMatchObject({ ok: 1 });
    for (const $db of ['berth_dns', 'admin'])
      expect(await raw.command({ find: 'records', $db })).toMatchObject({ ok: 0, codeName: 'Unauthorized' });
    raw.socket.destroy();
  });

  test('is not let in by ending a conversation that was never begun, nor by a proof of nothing', async () => {
    const raw = await RawConnection.open(mongo.uri);
    const say = (said: string) => ({ payload: Buffer.from(said), $db: 'admin' });
    expect(await raw.command({ saslContinue: 1, conversationId: 1, ...say('') })).toMatchObject({ ok: 0 });
    const start = { saslStart: 1, mechanism: 'SCRAM-SHA-256', ...say('n,,n=dns,r=abc') };
    const { payload } = await raw.command(start);
    const nonce = /r=([^,]+)/.exec(Buffer.from((payload as { buffer: Buffer }).buffer).toString())?.[1] ?? '';
    expect(nonce.startsWith('abc')).toBe(true);
    for (const last of [`c=biws,r=${nonce},p=`, `c=biws,r=${nonce}`]) {
      await raw.command(start);
      const answer = await raw.command({ saslContinue: 1, conversationId: 1, ...say(last) });
      expect(answer).toMatchObject({ ok: 0, codeName: 'AuthenticationFailed' });
    }
    expect(await raw.command({ find: 'records', $db: 'berth_dns' })).toMatchObject({
      codeName: 'Unauthorized',
    });
    raw.socket.destroy();
  });

  test('is not asked where there are no users', async () => {
    const open = await EmbeddedMongo.start();
    const client = await MongoClient.connect(open.uri);
    expect(await client.db('any').collection('things').countDocuments()).toBe(0);
    await client.close();
    await open.stop();
  });
});
