import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { operationsOf } from './document.ts';
import { Known } from './known.ts';
import { validBy } from './valid.ts';

const document = JSON.parse(
  readFileSync(new URL('../../../../docs/generated/openapi.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;
const operations = operationsOf(document);
const ajv = formats.default(new Ajv2020({ strict: false }));

test.each([...operations.values()].flatMap(({ id, body }) => (body ? [[id, body.schema] as const] : [])))(
  'what is made as a body of %s is valid',
  (_, schema) => {
    const isValid = ajv.compile(schema);
    fc.assert(
      fc.property(validBy(schema, new Known()), (value) => isValid(JSON.parse(JSON.stringify(value)))),
      { numRuns: 50 },
    );
  },
);

test.each([
  [{ type: 'string', contentEncoding: 'base64' }, 'contentEncoding, used at /'],
  [{ type: 'object', properties: { a: { type: 'integer', multipleOf: 3 } } }, 'multipleOf, used at /a'],
  [{ type: 'array', items: { type: 'string', format: 'idn-email' } }, 'the format idn-email, used at /0'],
])('%j: what cannot be made yet is named', (schema, name) => {
  expect(() => validBy(schema, new Known())).toThrow(name);
});
