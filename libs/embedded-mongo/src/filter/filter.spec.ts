import { describe, expect, test } from '@jest/globals';
import { Binary, BSONRegExp, Decimal128, Long, ObjectId, Timestamp } from 'bson';
import { compileFilter, matches } from './filter.ts';

const one = new ObjectId('000000000000000000000001');
const two = new ObjectId('000000000000000000000002');
const decimal = (text: string) => Decimal128.fromString(text);
const regex = (pattern: string, options = '') => new BSONRegExp(pattern, options);

test.each<[string, object, object, boolean]>([
  ['a 64-bit integer equals a number', { a: 5 }, { a: Long.fromString('5') }, true],
  ['a decimal equals a number', { a: 5 }, { a: decimal('5') }, true],
  ['decimals equal whatever their digits', { a: decimal('5') }, { a: decimal('5.0') }, true],
  ['decimals compare by value', { a: { $lt: decimal('10') } }, { a: decimal('9') }, true],
  [
    '64-bit integers compare exactly',
    { a: { $gt: Long.fromString('9007199254740992') } },
    { a: Long.fromString('9007199254740993') },
    true,
  ],
  ['NaN equals NaN', { a: NaN }, { a: NaN }, true],
  ['NaN is not less than a number', { a: { $lt: 5 } }, { a: NaN }, false],
  ['object ids by value', { a: one }, { a: new ObjectId(one.toHexString()) }, true],
  ['object ids in order', { a: { $gt: one } }, { a: two }, true],
  ['dates by value', { a: new Date(5) }, { a: new Date(5) }, true],
  ['binary by content', { a: new Binary(Buffer.from('ab')) }, { a: new Binary(Buffer.from('ab')) }, true],
  ['null matches missing', { a: null }, {}, true],
  ['null matches null', { a: null }, { a: null }, true],
  ['$ne null does not match missing', { a: { $ne: null } }, {}, false],
  ['$in with null matches missing', { a: { $in: [null] } }, {}, true],
  ['null inside an array of documents', { 'a.b': null }, { a: [{ b: 1 }, {}] }, true],
  ['null below an array of scalars', { 'a.b': null }, { a: [1, 2] }, false],
  ['$gte null matches missing', { a: { $gte: null } }, {}, true],
  ['$exists through an array', { 'a.b': { $exists: true } }, { a: [{ c: 1 }] }, false],
  ['$exists: false through an array', { 'a.b': { $exists: false } }, { a: [{ c: 1 }] }, true],
  ['types do not compare with each other', { a: { $lt: 'z' } }, { a: 5 }, false],
  [
    'dates do not compare with timestamps',
    { a: { $gt: new Date(0) } },
    { a: new Timestamp({ t: 1, i: 1 }) },
    false,
  ],
  ['field order counts', { a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, false],
  ['an array equals as a whole', { a: [1, 2] }, { a: [1, 2] }, true],
  ['an array in an array', { a: [1, 2] }, { a: [[1, 2], 3] }, true],
  ['a value in an array', { a: 2 }, { a: [1, 2] }, true],
  ['two elements may meet two bounds', { a: { $gt: 5, $lt: 3 } }, { a: [1, 10] }, true],
  ['$elemMatch wants one element for both', { a: { $elemMatch: { $gt: 5, $lt: 3 } } }, { a: [1, 10] }, false],
  [
    '$elemMatch on documents',
    { a: { $elemMatch: { x: 1, y: { $gt: 1 } } } },
    {
      a: [
        { x: 1, y: 1 },
        { x: 1, y: 2 },
      ],
    },
    true,
  ],
  ['$elemMatch across elements', { a: { $elemMatch: { x: 1, y: 2 } } }, { a: [{ x: 1 }, { y: 2 }] }, false],
  ['$elemMatch on no array', { a: { $elemMatch: { $gt: 1 } } }, { a: 2 }, false],
  ['$all', { a: { $all: ['x', 'y'] } }, { a: ['y', 'x'] }, true],
  ['$all on a scalar', { a: { $all: ['x'] } }, { a: 'x' }, true],
  ['$all of nothing', { a: { $all: [] } }, { a: [] }, false],
  [
    '$all with $elemMatch',
    { a: { $all: [{ $elemMatch: { x: 1 } }, { $elemMatch: { x: 2 } }] } },
    { a: [{ x: 1 }, { x: 2 }] },
    true,
  ],
  ['$size', { a: { $size: 0 } }, { a: [] }, true],
  ['$size of a missing field', { a: { $size: 0 } }, {}, false],
  ['$not', { a: { $not: { $gt: 5 } } }, {}, true],
  ['$not with a regex', { a: { $not: regex('x') } }, { a: 'y' }, true],
  ['$nin matches missing', { a: { $nin: [1] } }, {}, true],
  ['$ne looks at every element', { a: { $ne: 1 } }, { a: [1, 2] }, false],
  ['$regex with options', { a: { $regex: 'ab', $options: 'i' } }, { a: 'xAB' }, true],
  ['a regex literal on elements', { a: regex('b') }, { a: ['a', 'b'] }, true],
  ['a regex in $in', { a: { $in: [regex('^x')] } }, { a: 'xy' }, true],
  ['an array position', { 'a.1': 5 }, { a: [1, 5] }, true],
  ['a position, then a field', { 'a.0.b': 5 }, { a: [{ b: 5 }] }, true],
  ['through two arrays', { 'a.b.c': 3 }, { a: [{ b: [{ c: 3 }] }] }, true],
  ['a field named like a built-in', { 'constructor.x': 1 }, { constructor: { x: 1 } }, true],
  ['a field that only the prototype has', { constructor: { $exists: true } }, {}, false],
  ['$or', { $or: [{ a: 1 }, { b: 2 }] }, { b: 2 }, true],
  ['$nor', { $nor: [{ a: 1 }, { b: 2 }] }, { a: 3, b: 3 }, true],
  ['$and', { $and: [{ a: 1 }, { b: 2 }] }, { a: 1 }, false],
  ['$type by name', { a: { $type: 'string' } }, { a: ['x'] }, true],
  ['characters beyond the basic plane sort last', { a: { $gt: '\uffee' } }, { a: '😀' }, true],
])('%s', (_, filter, doc, expected) => {
  expect(matches(compileFilter(filter), doc)).toBe(expected);
});

describe('refuses', () => {
  test.each<[string, object, number]>([
    ['an unknown operator', { a: { $near: 1 } }, 115],
    ['$where', { $where: 'true' }, 115],
    ['$in without an array', { a: { $in: 1 } }, 2],
    ['an empty $or', { $or: [] }, 2],
    ['a regex under $gt', { a: { $gt: regex('a') } }, 2],
    ['an invalid regex', { a: regex('(') }, 51091],
    ['number kinds in $type', { a: { $type: 'int' } }, 115],
    ['a negative $size', { a: { $size: -1 } }, 9],
  ])('%s', (_, filter, code) => {
    expect(() => compileFilter(filter)).toThrow(expect.objectContaining({ code }));
  });
});
