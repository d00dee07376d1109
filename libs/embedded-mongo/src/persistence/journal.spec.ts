import { expect, test } from '@jest/globals';
import { Engine } from '../store/engine.ts';
import { indexKey } from '../values/index-key.ts';
import { DatabaseFile } from './database-file.ts';

/** A database file in memory whose disk can be broken at will. */
class BreakableFile extends DatabaseFile {
  broken = false;

  override commit(): void {
    if (this.broken) throw new Error('database or disk is full');
    super.commit();
  }
}

test('a turn that cannot be saved is taken back whole, with what built on it', async () => {
  const file = new BreakableFile();
  const engine = new Engine(file);
  const collection = engine.createCollection('a', 'items', null);
  engine.changeIndexes(collection, () => collection.addIndex({ name: 'n', key: { n: 1 }, unique: true }));
  collection.insert({ _id: 1, n: 1 }, null);
  collection.insert({ _id: 2, n: 2 }, null);
  await engine.journal.settled();
  const open = engine.begin();
  file.broken = true;
  const [first, second] = [1, 2].map((id) => collection.slot(indexKey(id)));
  if (!first || !second) throw new Error('the documents are missing');
  collection.write(first, { _id: 1, n: 5 }, null);
  collection.write(first, { _id: 1, n: 6 }, null);
  collection.write(second, null, null);
  collection.insert({ _id: 3, n: 2 }, null);
  const dependent = engine.begin();
  collection.insert({ _id: 4, n: 4 }, dependent);
  engine.createCollection('a', 'others', null);
  engine.changeIndexes(collection, () => collection.indexes.delete('n'));
  await expect(engine.journal.settled()).rejects.toMatchObject({ code: 14031 });
  const documentOf = (row: number) => engine.documents.read(row).document;
  const documents = collection.rows().map(documentOf);
  expect(documents).toEqual(
    expect.arrayContaining([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ]),
  );
  expect([documents.length, collection.count, engine.collection('a', 'others')]).toEqual([2, 2, null]);
  const byN = engine.entries.scan(collection.indexes.get('n')?.id ?? 0, '', '\uffff', false, Infinity);
  expect([...byN].map((row) => documentOf(row)?._id)).toEqual([1, 2]);
  expect([open.state, dependent.state]).toEqual(['aborted', 'aborted']);
  file.broken = false;
  collection.insert({ _id: 3, n: 3 }, null);
  await engine.journal.settled();
  const saved: unknown[] = [];
  file.loadDocuments(({ document }) => saved.push(document));
  expect(saved).toEqual([
    { _id: 1, n: 1 },
    { _id: 2, n: 2 },
    { _id: 3, n: 3 },
  ]);
  file.close();
});
