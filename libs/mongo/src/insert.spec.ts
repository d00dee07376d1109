import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Model } from 'mongoose';
import { database, type TestDatabase } from '@berth/testing';
import { isDuplicateKey } from './duplicate-key.ts';
import { newId } from './ids.ts';
import { insertAll, insertNew, insertOne } from './insert.ts';
import { createIndexes } from './mongo.module.ts';
import { replaceAll } from './replace.ts';
import { documentSchema, idOf } from './schema.ts';
import { Transactions } from './transactions.ts';
import './connection.ts';

interface Ship {
  _id: string;
  name: string;
  port: string | null;
  cargo: { kind: string; tons?: number | undefined }[];
  version: number;
}
const shipSchema = documentSchema<Ship>(
  {
    _id: idOf('srv'),
    name: { type: String, required: true },
    port: { type: String, default: null },
    cargo: [{ kind: String, tons: Number }],
  },
  { collection: 'ships' },
).index({ name: 1 }, { unique: true });

describe('a document inserted', () => {
  let mongo: TestDatabase;
  let ships: Model<Ship>;
  const stored = () => ships.find().lean();

  beforeAll(async () => {
    mongo = await database();
    ships = mongo.connection.model<Ship>('Ship', shipSchema);
    await createIndexes(mongo.connection);
  });
  afterAll(() => mongo.stop());
  beforeEach(() => ships.deleteMany({}));

  const ship = (name: string) => ({ _id: newId('srv'), name, port: null, cargo: [] });

  test('is stored as it is, at version 0, without what is undefined', async () => {
    const argo = { ...ship('Argo'), cargo: [{ kind: 'wool', tons: undefined }] };
    await insertOne(ships, argo);
    expect(await stored()).toEqual([{ ...argo, cargo: [{ kind: 'wool' }], version: 0 }]);
  });

  test('gets its defaults', async () => {
    const { _id, name, cargo } = ship('Argo');
    await insertOne(ships, { _id, name, cargo } as never);
    expect(await stored()).toEqual([{ _id, name, cargo, port: null, version: 0 }]);
  });

  test.each([
    ['an unknown field', { ...ship('Argo'), colour: 'red' }, /colour/],
    ['a missing one', { ...ship('Argo'), name: undefined }, /Ship cannot be stored without name/],
  ])('with %s is refused', async (_, wrong, message) => {
    await expect(insertOne(ships, wrong as never)).rejects.toThrow(message);
    expect(await stored()).toEqual([]);
  });

  test('twice fails as a duplicate of that field', async () => {
    await insertOne(ships, ship('Argo'));
    const failure: unknown = await insertOne(ships, ship('Argo')).catch((error: unknown) => error);
    expect(isDuplicateKey(failure, 'name')).toBe(true);
  });

  test('belongs to the open transaction', async () => {
    const transactions = new Transactions(mongo.connection);
    const failing = transactions.run(async () => {
      await insertOne(ships, ship('Argo'));
      expect(await stored()).toHaveLength(1);
      throw new Error('sunk');
    });
    await expect(failing).rejects.toThrow('sunk');
    expect(await stored()).toEqual([]);
  });

  test('among others is stored when its id is new; the ids that were there are told, and stay what they were', async () => {
    const [argo, nina] = [ship('Argo'), ship('Nina')];
    expect(await insertNew(ships, [])).toEqual([]);
    expect(await insertNew(ships, [argo])).toEqual([]);
    expect(await insertNew(ships, [{ ...argo, name: 'Other' }, nina, { ...nina, name: 'Third' }])).toEqual([
      argo._id,
      nina._id,
    ]);
    expect((await stored()).map(({ name }) => name).sort()).toEqual(['Argo', 'Nina']);
  });

  test('among others fails on anything else that is there already', async () => {
    await insertOne(ships, ship('Argo'));
    await expect(insertNew(ships, [ship('Argo'), ship('Nina')])).rejects.toThrow('E11000');
    await expect(insertNew(ships, [{ ...ship('Pinta'), colour: 'red' } as never])).rejects.toThrow('colour');
    expect((await stored()).map(({ name }) => name).sort()).toEqual(['Argo', 'Nina']);
  });

  test('among several is seen to like one alone', async () => {
    const [argo, pequod] = [ship('Argo'), ship('Pequod')];
    await insertAll(ships, []);
    await insertAll(ships, [argo]);
    await expect(insertAll(ships, [pequod, { ...ship('Nautilus'), colour: 'red' } as never])).rejects.toThrow(
      /colour/,
    );
    expect(await stored()).toEqual([{ ...argo, version: 0 }]);
    const { port: _, ...portless } = pequod;
    await insertAll(ships, [portless as typeof pequod, ship('Nautilus')]);
    expect(await stored()).toHaveLength(3);
    expect(await ships.findById(pequod._id).lean()).toEqual({ ...pequod, version: 0 });
    const failure: unknown = await insertAll(ships, [ship('Beagle'), ship('Argo')]).catch(
      (error: unknown) => error,
    );
    expect(isDuplicateKey(failure, 'name')).toBe(true);
  });

  test('or put in the place of the one with its id is whole', async () => {
    const [argo, pequod] = [ship('Argo'), ship('Pequod')];
    await replaceAll(ships, []);
    await replaceAll(ships, [{ ...argo, port: 'Iolcus', version: 3 }]);
    expect(await stored()).toEqual([{ ...argo, port: 'Iolcus', version: 3 }]);
    await replaceAll(ships, [argo, pequod]);
    expect(await stored()).toEqual([
      { ...argo, version: 0 },
      { ...pequod, version: 0 },
    ]);
    await expect(replaceAll(ships, [{ ...argo, name: undefined } as never])).rejects.toThrow(/without name/);
    await expect(replaceAll(ships, [{ ...argo, name: 'Pequod' }])).rejects.toMatchObject({ code: 11000 });
  });

  test.each([1, 2])('or replaced, %i at a time, belongs to the open transaction', async (many) => {
    const transactions = new Transactions(mongo.connection);
    const all = [ship('Argo'), ship('Pequod')].slice(0, many);
    const failing = transactions.run(async () => {
      await insertAll(ships, all);
      await replaceAll(
        ships,
        all.map((each) => ({ ...each, port: 'Nantucket' })),
      );
      expect((await stored()).map(({ port }) => port)).toEqual(all.map(() => 'Nantucket'));
      throw new Error('sunk');
    });
    await expect(failing).rejects.toThrow('sunk');
    expect(await stored()).toEqual([]);
  });
});
