import { describe, expect, test } from '@jest/globals';
import { Decimal128, Long } from 'bson';
import { Deadline } from '../deadline.ts';
import { DatabaseFile } from '../persistence/database-file.ts';
import { Engine } from '../store/engine.ts';
import { find } from '../store/find.ts';
import { aggregate } from './pipeline.ts';

const orders = [
  { _id: 1, customer: 'a', total: 10, tags: ['x', 'y'], at: new Date(1) },
  { _id: 2, customer: 'b', total: 5, tags: [], at: new Date(2) },
  { _id: 3, customer: 'a', total: 7.5, at: new Date(3) },
];
const customers = [
  { _id: 'a', name: 'Anna', address: { city: 'Riga' } },
  { _id: 'b', name: 'Bert', address: null },
];

function run(pipeline: object[]): unknown {
  const engine = new Engine(new DatabaseFile());
  for (const [name, docs] of Object.entries({ orders, customers })) {
    for (const doc of docs) engine.ensureCollection('a', name, null).insert(doc, null);
  }
  const deadline = new Deadline(0);
  return aggregate('orders', pipeline, {
    deadline,
    variables: {},
    find(name, options) {
      const collection = engine.collection('a', name);
      return collection ? find(collection, options, null, deadline).map(({ document }) => document) : [];
    },
  });
}

test.each<[string, object[], unknown]>([
  [
    '$match, $sort, $skip, $limit',
    [
      { $match: { total: { $gt: 5 } } },
      { $sort: { total: 1 } },
      { $skip: 1 },
      { $limit: 1 },
      { $project: { total: 1 } },
    ],
    [{ _id: 1, total: 10 }],
  ],
  [
    '$group with every accumulator',
    [
      { $sort: { _id: 1 } },
      {
        $group: {
          _id: '$customer',
          n: { $sum: 1 },
          sum: { $sum: '$total' },
          avg: { $avg: '$total' },
          min: { $min: '$total' },
          max: { $max: '$total' },
          ids: { $push: '$_id' },
          first: { $first: '$_id' },
          last: { $last: '$_id' },
          set: { $addToSet: '$customer' },
        },
      },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 'a', n: 2, sum: 17.5, avg: 8.75, min: 7.5, max: 10, ids: [1, 3], first: 1, last: 3, set: ['a'] },
      { _id: 'b', n: 1, sum: 5, avg: 5, min: 5, max: 5, ids: [2], first: 2, last: 2, set: ['b'] },
    ],
  ],
  ['$group of nothing', [{ $match: { _id: 9 } }, { $group: { _id: null, n: { $sum: 1 } } }], []],
  [
    '$group by a document, missing values left out',
    [
      { $group: { _id: { t: '$none', c: '$customer' }, sum: { $sum: '$none' }, all: { $push: '$none' } } },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: { c: 'a' }, sum: 0, all: [] },
      { _id: { c: 'b' }, sum: 0, all: [] },
    ],
  ],
  ['$count', [{ $match: { customer: 'a' } }, { $count: 'n' }], [{ n: 2 }]],
  ['$count of nothing', [{ $match: { customer: 'c' } }, { $count: 'n' }], []],
  [
    '$unwind',
    [{ $unwind: '$tags' }, { $project: { tags: 1 } }],
    [
      { _id: 1, tags: 'x' },
      { _id: 1, tags: 'y' },
    ],
  ],
  [
    '$unwind keeping empty ones and counting',
    [
      { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
      { $project: { tags: 1, i: 1 } },
    ],
    [
      { _id: 1, tags: 'x', i: 0 },
      { _id: 1, tags: 'y', i: 1 },
      { _id: 2, i: null },
      { _id: 3, i: null },
    ],
  ],
  [
    '$lookup by fields',
    [
      { $match: { _id: 1 } },
      { $lookup: { from: 'customers', localField: 'customer', foreignField: '_id', as: 'who' } },
      { $project: { who: 1 } },
    ],
    [{ _id: 1, who: [customers[0]] }],
  ],
  [
    '$lookup by pipeline with let',
    [
      { $match: { _id: 2 } },
      {
        $lookup: {
          from: 'customers',
          let: { c: '$customer' },
          pipeline: [{ $match: { $expr: { $eq: ['$_id', '$$c'] } } }, { $project: { name: 1, _id: 0 } }],
          as: 'who',
        },
      },
      { $project: { who: 1 } },
    ],
    [{ _id: 2, who: [{ name: 'Bert' }] }],
  ],
  [
    '$lookup in a missing collection',
    [
      { $limit: 1 },
      { $lookup: { from: 'none', localField: 'customer', foreignField: '_id', as: 'who' } },
      { $project: { who: 1 } },
    ],
    [{ _id: 1, who: [] }],
  ],
  [
    '$facet',
    [
      {
        $facet: {
          total: [{ $count: 'n' }],
          top: [{ $sort: { total: -1 } }, { $limit: 1 }, { $project: { _id: 1 } }],
        },
      },
    ],
    [{ total: [{ n: 3 }], top: [{ _id: 1 }] }],
  ],
  [
    '$unionWith',
    [
      { $match: { _id: 1 } },
      { $project: { _id: 1 } },
      { $unionWith: { coll: 'customers', pipeline: [{ $project: { _id: 1 } }] } },
    ],
    [{ _id: 1 }, { _id: 'a' }, { _id: 'b' }],
  ],
  [
    '$addFields sees the document before it',
    [{ $match: { _id: 2 } }, { $set: { total: 1, before: '$total' } }, { $project: { total: 1, before: 1 } }],
    [{ _id: 2, total: 1, before: 5 }],
  ],
  [
    '$project leaves fields out',
    [{ $match: { _id: 2 } }, { $project: { tags: 0, at: 0 } }],
    [{ _id: 2, customer: 'b', total: 5 }],
  ],
  [
    '$project of nested fields',
    [{ $limit: 1 }, { $unionWith: 'customers' }, { $skip: 1 }, { $project: { 'address.city': 1 } }],
    [{ _id: 'a', address: { city: 'Riga' } }, { _id: 'b' }],
  ],
  ['$expr in $match', [{ $match: { $expr: { $gt: ['$total', 6] } } }, { $count: 'n' }], [{ n: 2 }]],
])('%s', (_, pipeline, expected) => {
  expect(run(pipeline)).toEqual(expected);
});

describe('expressions', () => {
  test.each<[string, unknown, unknown]>([
    ['$cond', { $cond: [{ $gte: ['$total', 10] }, 'large', 'small'] }, 'large'],
    ['$cond by names', { $cond: { if: '$none', then: 1, else: 2 } }, 2],
    ['$ifNull', { $ifNull: ['$none', null, 'x'] }, 'x'],
    ['$concat', { $concat: ['$customer', '-', 'b'] }, 'a-b'],
    ['$concat with null', { $concat: ['$customer', '$none'] }, null],
    ['$size', { $size: '$tags' }, 2],
    ['$filter', { $filter: { input: '$tags', as: 't', cond: { $ne: ['$$t', 'x'] } } }, ['y']],
    ['$map', { $map: { input: '$tags', in: { $concat: ['$$this', '!'] } } }, ['x!', 'y!']],
    ['$map of null', { $map: { input: '$none', in: 1 } }, null],
    ['$add', { $add: ['$total', 1, 2] }, 13],
    ['$subtract', { $subtract: ['$total', 1] }, 9],
    ['$multiply', { $multiply: ['$total', 2] }, 20],
    ['$add with null', { $add: ['$none', 1] }, null],
    ['$and, $or, $not, $in', { $and: [{ $or: [false, 1] }, { $not: [0] }, { $in: ['x', '$tags'] }] }, true],
    ['$literal', { $literal: '$total' }, '$total'],
    ['a document', { a: '$total', b: '$none' }, { a: 10 }],
    ['an array', ['$total', '$none'], [10, null]],
    ['comparison across types', { $lt: ['$total', '$customer'] }, true],
  ])('%s', (_, expression, expected) => {
    expect(run([{ $match: { _id: 1 } }, { $project: { _id: 0, result: expression } }])).toEqual([
      { result: expected },
    ]);
  });
});

describe('refuses', () => {
  test.each<[string, object[], number]>([
    ['an unknown stage', [{ $sample: { size: 1 } }], 115],
    ['two operators in one stage', [{ $skip: 1, $limit: 1 }], 40323],
    ['$group without _id', [{ $group: { n: { $sum: 1 } } }], 15955],
    [
      'sums of 64-bit integers',
      [{ $group: { _id: null, n: { $sum: { $literal: Long.fromString('9007199254740993') } } } }],
      115,
    ],
    [
      'arithmetic on decimals',
      [{ $project: { n: { $add: [{ $literal: Decimal128.fromString('1') }, 1] } } }],
      115,
    ],
    ['arithmetic on text', [{ $project: { n: { $add: ['$customer', 1] } } }], 14],
    ['an undefined variable', [{ $project: { n: '$$none' } }], 17276],
    ['$limit 0', [{ $limit: 0 }], 15958],
    ['$set of a nested field', [{ $set: { 'a.b': 1 } }], 115],
    ['mixing inclusion and exclusion', [{ $project: { a: 1, b: 0 } }], 31254],
  ])('%s', (_, pipeline, code) => {
    expect(() => run(pipeline)).toThrow(expect.objectContaining({ code }));
  });
});
