import { expect, test } from '@jest/globals';
import { BSONRegExp } from 'bson';
import fc from 'fast-check';
import { Deadline } from '../deadline.ts';
import { compileFilter } from '../filter/filter.ts';
import { parseSort } from '../sort.ts';
import { DatabaseFile } from '../persistence/database-file.ts';
import type { Doc } from '../values/document.ts';
import { indexKey } from '../values/index-key.ts';
import type { Collection } from './collection.ts';
import { Documents } from './documents.ts';
import { Engine } from './engine.ts';
import { find } from './find.ts';
import type { Transaction } from './transaction.ts';

const scalar = fc.constantFrom<unknown>(null, 0, 1, 2, 3, 'a', 'ab', 'b', new Date(0), new Date(5));
const fieldValue = fc.oneof(
  scalar,
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ x: scalar }),
  fc.array(fc.record({ x: scalar }, { requiredKeys: [] }), { maxLength: 2 }),
);
const docs = fc.array(fc.record({ a: fieldValue, b: scalar, c: scalar }, { requiredKeys: [] }), {
  maxLength: 12,
});

const condition = fc.oneof(
  scalar,
  fc.record({ $gt: scalar }),
  fc.record({ $gte: scalar, $lt: scalar }),
  fc.record({ $lte: scalar }),
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $ne: scalar }),
  fc.record({ $exists: fc.boolean() }),
  fc.constant(new BSONRegExp('^a')),
);
const simple = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.x', '_id'), condition, { maxKeys: 3 });
const filters = fc.oneof(
  simple,
  fc.record({ $or: fc.array(simple, { minLength: 1, maxLength: 2 }) }),
  fc.record({ $and: fc.array(simple, { minLength: 1, maxLength: 2 }) }),
);
const direction = fc.constantFrom(1, -1);
const sorts = fc.oneof(
  fc.constant({}),
  fc.record({ b: direction }),
  fc.record({ b: direction, c: direction }),
  fc.record({ c: direction, _id: direction }),
);

const limits = fc.constantFrom(0, 1, 3);

const specs: Doc[] = [
  { name: 'a', key: { a: 1 } },
  { name: 'ax', key: { 'a.x': -1, b: 1 } },
  { name: 'bc', key: { b: 1, c: -1 } },
  { name: 'cb', key: { c: 1, b: 1 }, sparse: true },
  { name: 'cid', key: { c: -1, _id: 1 } },
  { name: 'partial', key: { b: 1 }, partialFilterExpression: { c: { $exists: true } } },
];

function collectionWith(indexes: Doc[], engine = new Engine(new DatabaseFile())): Collection {
  const collection = engine.createCollection('specs', `docs ${indexes.length}`, null);
  for (const spec of indexes) collection.addIndex(spec);
  return collection;
}

function ids(
  collection: Collection,
  filter: Doc,
  sort: Doc,
  transaction: Transaction | null,
  limit = 0,
): unknown[] {
  const options = {
    filter: compileFilter(filter),
    sort: parseSort({ ...sort, _id: sort._id ?? 1 }),
    skip: 0,
    limit,
  };
  return find(collection, options, transaction, new Deadline(0)).map(({ document }) => document._id);
}

/** Some documents are changed and deleted, some in a transaction that stays open. */
function change(collection: Collection, changes: { id: number; doc: Doc | null; draft: boolean }[]) {
  const reader = collection.engine.begin();
  const writer = collection.engine.begin();
  for (const { id, doc, draft } of changes) {
    const slot = collection.slot(indexKey(id));
    if (!slot || slot.writer || (draft && slot.current.at > writer.snapshot)) continue;
    collection.write(slot, doc && { _id: id, ...doc }, draft ? writer : null);
  }
  return [null, reader, writer];
}

test.each([Infinity, 0])(
  'an index never changes what a query finds, nor its order, whoever asks',
  (mostDecoded) => {
    const changes = fc.array(
      fc.record({
        id: fc.nat(11),
        doc: fc.option(fc.record({ a: fieldValue, b: scalar, c: scalar })),
        draft: fc.boolean(),
      }),
      { maxLength: 5 },
    );
    const file = new DatabaseFile();
    const engine = new Engine(file, new Documents(file, mostDecoded));
    fc.assert(
      fc.property(docs, changes, filters, sorts, limits, (contents, edits, filter, sort, limit) => {
        const [plain, indexed] = [collectionWith([], engine), collectionWith(specs, engine)];
        const readers = [plain, indexed].map((collection) => {
          contents.forEach((doc, id) => collection.insert({ _id: id, ...doc }, null));
          return change(collection, edits);
        });
        for (const index of [0, 1, 2]) {
          const expected = ids(plain, filter, sort, readers[0]?.[index] ?? null);
          const found = ids(indexed, filter, sort, readers[1]?.[index] ?? null, limit);
          expect(found).toEqual(limit ? expected.slice(0, limit) : expected);
        }
        engine.abortAll();
        for (const collection of [plain, indexed]) engine.dropCollection(collection);
      }),
      { numRuns: 600 },
    );
  },
);

test('ending transactions leaves no trace of aborted drafts', () => {
  const collection = collectionWith(specs);
  collection.insert({ _id: 1, b: 1 }, null);
  const transaction = collection.engine.begin();
  collection.insert({ _id: 2, b: 2 }, transaction);
  const slot = collection.slot(indexKey(1));
  if (slot) collection.write(slot, null, transaction);
  collection.engine.abort(transaction);
  expect(ids(collection, { b: { $gte: 0 } }, {}, null)).toEqual([1]);
  expect([collection.held.size, collection.changed.size, collection.count]).toEqual([0, 0, 1]);
});
