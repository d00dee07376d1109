import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import mongoose, { type Model } from 'mongoose';
import { database, type TestDatabase } from '@berth/testing';
import { newId } from './ids.ts';
import { createIndexes } from './mongo.module.ts';
import { documentSchema, idOf } from './schema.ts';
import { updateVersioned, VersionConflict } from './versions.ts';

interface Server {
  _id: string;
  accountId: string;
  name: string;
  version: number;
}
const serverSchema = documentSchema<Server>(
  { _id: idOf('srv'), accountId: { type: String, required: true }, name: { type: String, required: true } },
  { collection: 'servers', tenantScoped: true },
).index({ accountId: 1, name: 1 }, { unique: true });

describe('a document', () => {
  let mongo: TestDatabase;
  let servers: Model<Server>;
  const accountId = newId('acc');

  beforeAll(async () => {
    mongo = await database();
    servers = mongo.connection.model<Server>('Server', serverSchema);
    await createIndexes(mongo.connection);
  });
  afterAll(() => mongo.stop());
  beforeEach(async () => {
    await servers.deleteMany({ accountId });
  });

  test('has a TypeID, a version and nothing besides', async () => {
    await servers.create({ accountId, name: 'gis' });
    const [stored] = await servers.find({ accountId }).lean();
    expect(stored).toEqual({ _id: expect.stringMatching(/^srv_/), accountId, name: 'gis', version: 0 });
  });

  test('of another kind of id is refused', async () => {
    await expect(servers.create({ _id: newId('acc'), accountId, name: 'gis' })).rejects.toThrow(
      'must be a srv_ id',
    );
  });

  test.each([
    ['document', () => servers.create({ accountId, name: 'a', colour: 'red' } as never)],
    ['update', () => servers.updateOne({ accountId }, { $set: { colour: 'red' } } as never)],
    ['filter', () => servers.find({ accountId, colour: 'red' } as never).lean()],
  ])('with an unknown field in a %s is refused', async (_, act) => {
    await expect(act()).rejects.toThrow(/colour/);
  });

  test('is changed by who knows its version, and by nobody else', async () => {
    const { _id } = await servers.create({ accountId, name: 'one' });
    const changed = await updateVersioned(servers, { _id, accountId }, 0, { $set: { name: 'two' } });
    expect(changed).toMatchObject({ name: 'two', version: 1 });
    await expect(
      updateVersioned(servers, { _id, accountId }, 0, { $set: { name: 'three' } }),
    ).rejects.toThrow(VersionConflict);
    expect(await servers.findOne({ _id, accountId }).lean()).toMatchObject({ name: 'two', version: 1 });
  });

  test('that somebody else has saved cannot be saved over', async () => {
    await servers.create({ accountId, name: 'one' });
    const [mine, theirs] = [await servers.findOne({ accountId }), await servers.findOne({ accountId })];
    await theirs?.set({ name: 'theirs' }).save();
    await expect(mine?.set({ name: 'mine' }).save()).rejects.toThrow(mongoose.Error.VersionError);
  });

  test('of a tenant is not found by a query that names no account', async () => {
    await servers.create({ accountId, name: 'gis' });
    const { _id } = (await servers.findOne({ accountId }).lean()) ?? {};
    const forgetful = [
      () => servers.find({}).lean(),
      () => servers.findById(_id).lean(),
      () => servers.findOne({ _id, accountId: undefined }).lean(),
      () => servers.updateOne({ _id }, { $set: { name: 'x' } }),
      () => servers.deleteMany({}),
      () => servers.countDocuments({ name: 'gis' }),
      () => servers.distinct('name'),
      () => servers.findOneAndUpdate({ _id }, { $set: { name: 'x' } }),
      () => servers.aggregate([{ $sort: { name: 1 } }]),
      () => servers.find({ accountId: { $exists: true } }).lean(),
      () => servers.find({ accountId: { $ne: accountId } }).lean(),
      () => servers.aggregate([{ $match: { accountId: { $gt: '' } } }]),
      () => servers.bulkWrite([{ updateOne: { filter: { _id }, update: { $set: { name: 'x' } } } }]),
      () => servers.bulkWrite([{ deleteMany: { filter: {} } }]),
    ];
    for (const query of forgetful) await expect(query()).rejects.toThrow('carries no accountId');
    expect(await servers.find({ accountId }).lean()).toMatchObject([{ name: 'gis' }]);
  });

  test('of a tenant is written in bulk by who names the account', async () => {
    await servers.bulkWrite([
      { insertOne: { document: { _id: newId('srv'), accountId, name: 'one', version: 0 } } },
      { updateMany: { filter: { accountId, name: 'one' }, update: { $set: { name: 'two' } } } },
    ]);
    expect(await servers.find({ accountId }).lean()).toMatchObject([{ name: 'two' }]);
  });

  test('is found across tenants by who says so, and within one by its account', async () => {
    await servers.create({ accountId, name: 'gis' });
    expect(await servers.find({}).setOptions({ crossTenant: true }).lean()).toHaveLength(1);
    expect(await servers.aggregate([{ $match: { accountId } }])).toHaveLength(1);
    expect(await servers.aggregate([{ $sort: { name: 1 } }]).option({ crossTenant: true })).toHaveLength(1);
    expect(await servers.find({ accountId: newId('acc') }).lean()).toHaveLength(0);
  });

  test('has its indexes once the service has started', async () => {
    const indexes = await mongo.connection.collection('servers').indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { accountId: 1, name: 1 }, unique: true }));
  });

  test('whose index cannot be built stops the start and names the model', async () => {
    const connection = mongo.connection;
    await connection.collection('broken').insertMany([{ name: 'a' }, { name: 'a' }]);
    const schema = documentSchema<{ _id: string; name: string }>(
      { _id: String, name: String },
      { collection: 'broken' },
    ).index({ name: 1 }, { unique: true });
    connection.model('Broken', schema);
    await expect(createIndexes(connection)).rejects.toThrow('The indexes of Broken cannot be created');
  });
});
