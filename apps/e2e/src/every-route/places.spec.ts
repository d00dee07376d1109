import { expect, test } from '@jest/globals';
import type { Operation, Parameter, Schema } from './document.ts';
import { ownParts, placesOf, withNamed, type Belongings } from './places.ts';

const SERVER = { type: 'string', pattern: '^srv_[0-7][0-9a-hjkmnp-tv-z]{25}$' };
const hers: Belongings = { id: (kind) => `${kind}_hers`, texts: { 'query tag': 'of:ada' } };

const parameter = (where: Parameter['in'], name: string, schema: Schema, required = true): Parameter => ({
  ...{ in: where, name, schema, required },
});
const operation = (parameters: Parameter[], body?: Schema): Operation => ({
  ...{
    id: 'example',
    method: 'POST',
    path: '/v1/servers/{id}',
    parameters,
    public: false,
    answers: new Map(),
  },
  body: body ? { schema: body, required: true, example: { size: 'small' } } : null,
});
const placed = (parameters: Parameter[], body?: Schema) =>
  placesOf(operation(parameters, body), hers).map(({ in: where, name, hers: value }) => [where, name, value]);

test('an id is found in the path, the query and wherever it lies in the body', () => {
  const body = {
    type: 'object',
    properties: {
      size: { type: 'string' },
      from: { anyOf: [SERVER, { type: 'null' }] },
      to: { type: 'object', properties: { servers: { type: 'array', items: SERVER } } },
    },
  };
  expect(placed([parameter('path', 'id', SERVER), parameter('query', 'server', SERVER)], body)).toEqual([
    ['path', 'id', 'srv_hers'],
    ['query', 'server', 'srv_hers'],
    ['body', 'from', 'srv_hers'],
    ['body', 'to.servers[]', 'srv_hers'],
  ]);
});

test('a text that names something is found, what tells nothing is passed over', () => {
  expect(
    placed([
      parameter('query', 'tag', { type: 'string' }),
      parameter('query', 'limit', { type: 'integer' }),
      parameter('query', 'status', { type: 'string', enum: ['running'] }),
      parameter('header', 'If-Match', { type: 'string' }),
    ]),
  ).toEqual([['query', 'tag', 'of:ada']]);
});

test.each([
  ['query owner', [parameter('query', 'owner', { type: 'string' })], undefined],
  ['path id', [parameter('path', 'id', { type: 'string' })], undefined],
  ['body note', [], { type: 'object', properties: { note: { type: 'string' } } }],
  ['body any', [], { type: 'object', properties: { any: {} } }],
])('what nobody has decided about is named: %s', (place, parameters, body) => {
  expect(() => placed(parameters, body)).toThrow(`does not know whether ${place} names`);
});

test('an own request has what is required, and names something else where it is told to', () => {
  const example = operation([parameter('path', 'id', SERVER), parameter('query', 'tag', {}, false)], {});
  const own = ownParts(example, hers);
  expect(own).toMatchObject({ path: { id: 'srv_hers' }, query: [], body: '{"size":"small"}' });
  expect(withNamed(own, { in: 'path', name: 'id' }, 'x').path).toEqual({ id: 'x' });
  expect(withNamed(own, { in: 'query', name: 'tag' }, 'a b').query).toEqual(['tag=a%20b']);
  expect(withNamed(own, { in: 'body', name: 'to.servers[]' }, 'x').body).toBe(
    '{"size":"small","to":{"servers":["x"]}}',
  );
});
