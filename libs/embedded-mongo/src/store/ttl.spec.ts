import { expect, test } from '@jest/globals';
import { DatabaseFile } from '../persistence/database-file.ts';
import { indexKey } from '../values/index-key.ts';
import { Engine } from './engine.ts';
import { removeExpired } from './ttl.ts';

function expiring() {
  const engine = new Engine(new DatabaseFile());
  const collection = engine.createCollection('specs', 'sessions', null);
  collection.addIndex({ name: 'at_1', key: { at: 1 }, expireAfterSeconds: 10 });
  const ids = () => collection.rows().map((row) => engine.documents.read(row).document?._id);
  return { engine, collection, ids };
}

test('a TTL index removes what is older than its seconds, and only dates', () => {
  const { engine, collection, ids } = expiring();
  collection.insert({ _id: 'old', at: new Date(0) }, null);
  collection.insert({ _id: 'due', at: new Date(10_000) }, null);
  collection.insert({ _id: 'new', at: new Date(10_001) }, null);
  collection.insert({ _id: 'number', at: 0 }, null);
  collection.insert({ _id: 'none' }, null);
  removeExpired(engine, 20_000);
  expect(ids()).toEqual(['new', 'number', 'none']);
});

test('an expired document a transaction is writing stays until that has ended', () => {
  const { engine, collection, ids } = expiring();
  collection.insert({ _id: 'old', at: new Date(0) }, null);
  const transaction = engine.begin();
  const slot = collection.slot(indexKey('old'));
  if (slot) collection.write(slot, { _id: 'old', at: new Date(1) }, transaction);
  removeExpired(engine, 20_000);
  expect(ids()).toEqual(['old']);
  engine.commit(transaction);
  removeExpired(engine, 20_000);
  expect(ids()).toEqual([]);
});
