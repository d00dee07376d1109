import { describe, expect, test } from '@jest/globals';
import { Decimal128, Long } from 'bson';
import { compileFilter } from '../filter/filter.ts';
import { compileUpdate } from './update.ts';
import { upsertFields } from './upsert.ts';

/** The update as the database does it: `$` stands for what the filter matched. */
function updated(
  doc: object,
  update: object,
  { filter = {}, arrayFilters = [] as object[], inserting = false } = {},
) {
  const position = { index: -1 };
  compileFilter(filter).test(doc, position);
  return compileUpdate(update, arrayFilters).apply({ ...doc }, position.index, inserting);
}

test.each<[string, object, object, object]>([
  ['$set makes missing parents', {}, { $set: { 'a.b': 1 } }, { a: { b: 1 } }],
  ['$set pads arrays', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
  ['$unset of an array element leaves null', { a: [1, 2] }, { $unset: { 'a.0': '' } }, { a: [null, 2] }],
  ['$unset of a missing field', { a: 1 }, { $unset: { 'b.c': '' } }, { a: 1 }],
  ['$inc starts from nothing', {}, { $inc: { 'a.b': 2 } }, { a: { b: 2 } }],
  [
    '$inc stays exact beyond 53 bits',
    { a: 9007199254740991 },
    { $inc: { a: 2 } },
    { a: Long.fromString('9007199254740993') },
  ],
  ['$min', { a: 5 }, { $min: { a: 3 } }, { a: 3 }],
  ['$max across types', { a: 5 }, { $max: { a: 'x' } }, { a: 'x' }],
  ['$setOnInsert does nothing on update', { a: 1 }, { $setOnInsert: { b: 1 } }, { a: 1 }],
  ['$push makes the array', {}, { $push: { 'a.b': { c: 1 } } }, { a: { b: [{ c: 1 }] } }],
  [
    '$push with $slice on a missing field',
    {},
    { $push: { a: { $each: [1, 2, 3], $slice: -2 } } },
    { a: [2, 3] },
  ],
  ['$push with $slice 0', { a: [1] }, { $push: { a: { $each: [2], $slice: 0 } } }, { a: [] }],
  ['$push with $sort', {}, { $push: { a: { $each: [3, 1], $sort: 1 } } }, { a: [1, 3] }],
  [
    '$push with $sort by fields',
    { a: [{ x: 1, y: 2 }] },
    { $push: { a: { $each: [{ x: 1, y: 1 }, { x: 0 }], $sort: { x: 1, y: 1 } } } },
    { a: [{ x: 0 }, { x: 1, y: 1 }, { x: 1, y: 2 }] },
  ],
  [
    '$push with a negative $position',
    { a: [1, 3] },
    { $push: { a: { $each: [2], $position: -1 } } },
    { a: [1, 2, 3] },
  ],
  [
    '$addToSet compares documents by field order',
    { a: [{ x: 1, y: 2 }] },
    { $addToSet: { a: { y: 2, x: 1 } } },
    {
      a: [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
    },
  ],
  ['$addToSet with $each', { a: [1, 1] }, { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1, 1, 2] }],
  ['$pull of a value', { a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }],
  ['$pull by operators', { a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
  [
    '$pull by fields of documents',
    { a: [{ x: 1, y: 1 }, { x: 2 }] },
    { $pull: { a: { x: 1 } } },
    { a: [{ x: 2 }] },
  ],
  ['$pullAll', { a: [1, 2, 3, 1] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
  ['$pop at both ends', { a: [1, 2], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1], b: [2] }],
  ['$rename', { a: { b: 1 } }, { $rename: { 'a.b': 'c.d' } }, { a: {}, c: { d: 1 } }],
  ['$rename of a missing field', { a: 1 }, { $rename: { b: 'c' } }, { a: 1 }],
  ['a replacement keeps the id', { _id: 1, a: 1 }, { b: 2 }, { _id: 1, b: 2 }],
  [
    'a field named __proto__ is data',
    {},
    JSON.parse('{"$set":{"__proto__":1}}') as object,
    JSON.parse('{"__proto__":1}') as object,
  ],
])('%s', (_, doc, update, expected) => {
  expect(updated(doc, update)).toEqual(expected);
});

describe('positional operators', () => {
  test('$ is the element the filter matched', () => {
    const doc = {
      a: [
        { n: 'x', v: 1 },
        { n: 'y', v: 2 },
      ],
    };
    const update = { $set: { 'a.$.v': 9, 'a.$.w': 8 } };
    expect(updated(doc, update, { filter: { 'a.n': 'y' } })).toEqual({
      a: [
        { n: 'x', v: 1 },
        { n: 'y', v: 9, w: 8 },
      ],
    });
  });

  test('$ without a match is refused', () => {
    expect(() => updated({ a: [1] }, { $set: { 'a.$': 1 } })).toThrow(expect.objectContaining({ code: 2 }));
  });

  test('$[] is every element', () => {
    expect(updated({ a: [1, 2] }, { $inc: { 'a.$[]': 1 } })).toEqual({ a: [2, 3] });
  });

  test('$[name] is every element its filter lets through', () => {
    const arrayFilters = [{ 'item.price': { $gt: 5 } }];
    const update = { $set: { 'a.$[item].dear': true } };
    expect(updated({ a: [{ price: 1 }, { price: 9 }] }, update, { arrayFilters })).toEqual({
      a: [{ price: 1 }, { price: 9, dear: true }],
    });
  });
});

test('the original document is left as it was', () => {
  const doc = Object.freeze({ a: Object.freeze({ b: 1 }) });
  expect(updated(doc, { $set: { 'a.b': 2 } })).toEqual({ a: { b: 2 } });
  expect(doc).toEqual({ a: { b: 1 } });
});

test.each<[string, object, object]>([
  ['equality', { a: 1, 'b.c': 2 }, { a: 1, b: { c: 2 } }],
  ['$eq and one-armed $in', { a: { $eq: 1 }, b: { $in: [2] }, c: { $in: [1, 2] } }, { a: 1, b: 2 }],
  ['$and and one-armed $or', { $and: [{ a: 1 }], $or: [{ b: 2 }] }, { a: 1, b: 2 }],
  ['nothing of comparisons', { a: { $gt: 1 } }, {}],
])('an upsert takes over %s', (_, filter, expected) => {
  expect(upsertFields({ ...filter })).toEqual(expected);
});

describe('refuses', () => {
  test.each<[string, object, object, number]>([
    ['two operators on one field', {}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    ['a field and its parent', {}, { $set: { a: 1, 'a.b': 1 } }, 40],
    ['$inc of a string', { a: 'x' }, { $inc: { a: 1 } }, 14],
    ['$inc of null', { a: null }, { $inc: { a: 1 } }, 14],
    ['$inc of a decimal', { a: Decimal128.fromString('1') }, { $inc: { a: 1 } }, 115],
    ['$push to no array', { a: 1 }, { $push: { a: 1 } }, 2],
    ['a field of a scalar', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
    ['another id', { _id: 1 }, { $set: { _id: 2 } }, 66],
    ['an unknown operator', {}, { $bit: { a: { and: 1 } } }, 115],
    ['an empty path part', {}, { $set: { 'a..b': 1 } }, 56],
    ['an unknown array filter', { a: [] }, { $set: { 'a.$[x]': 1 } }, 2],
  ])('%s', (_, doc, update, code) => {
    expect(() => updated(doc, update)).toThrow(expect.objectContaining({ code }));
  });
});
