import { NOT_SENT_YET } from '@berth/contracts';
import fc, { type Arbitrary } from 'fast-check';
import type { Operation, Parameter, Schema } from './document.ts';
import { idKind, type Known } from './known.ts';

/** What says how a value looks but not which it is. */
const ANNOTATIONS = new Set([
  ...['default', 'deprecated', 'description', 'example', 'examples', 'title'],
  // A request may name what no answer does yet.
  NOT_SENT_YET,
]);
const OF_TYPE: Record<string, readonly string[]> = {
  array: ['items', 'maxItems', 'minItems'],
  boolean: [],
  integer: ['exclusiveMaximum', 'exclusiveMinimum', 'maximum', 'minimum'],
  null: [],
  number: ['exclusiveMaximum', 'exclusiveMinimum', 'maximum', 'minimum'],
  object: ['additionalProperties', 'properties', 'propertyNames', 'required'],
  string: ['format', 'maxLength', 'minLength', 'pattern'],
};

/** Values that are slow though valid: the longest wait of an operation is no concern here. */
const QUICK: Record<string, Arbitrary<unknown>> = { wait: fc.constantFrom(0, 1) };

/**
 * Values that are valid by a schema. Throws the name of a keyword it does not know: what the document begins to use has
 * to be learnt here first, or it would go untested without anybody noticing.
 */
export function validBy(schema: Schema, known: Known, at = ''): Arbitrary<unknown> {
  const { type, enum: values, const: only, anyOf, oneOf } = schema;
  const alternatives = (anyOf ?? oneOf) as Schema[] | undefined;
  const types = [type ?? []].flat() as string[];
  const understood = ['type', ...types.flatMap((each) => OF_TYPE[each] ?? [])];
  if (values) understood.push('enum');
  if (only !== undefined) understood.push('const');
  if (alternatives) understood.push('anyOf', 'oneOf');
  const unknown = Object.keys(schema).find((key) => !understood.includes(key) && !ANNOTATIONS.has(key));
  if (unknown)
    throw new Error(`every-route/valid.ts does not know the keyword ${unknown}, used at ${at || '/'}`);

  if (values) return fc.constantFrom(...(values as unknown[]));
  if (only !== undefined) return fc.constant(only);
  if (alternatives) return fc.oneof(...alternatives.map((each) => validBy(each, known, at)));
  if (types.length === 0) return fc.jsonValue();
  return fc.oneof(...types.map((each) => ofType(each, schema, known, at)));
}

function ofType(type: string, schema: Schema, known: Known, at: string): Arbitrary<unknown> {
  const bounds = schema as Record<string, number | undefined>;
  switch (type) {
    case 'string':
      return text(schema, known, at);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'integer':
      return fc.integer({
        min:
          bounds['exclusiveMinimum'] === undefined
            ? (bounds['minimum'] ?? -(2 ** 31))
            : bounds['exclusiveMinimum'] + 1,
        max:
          bounds['exclusiveMaximum'] === undefined
            ? (bounds['maximum'] ?? 2 ** 31 - 1)
            : bounds['exclusiveMaximum'] - 1,
      });
    case 'number':
      return fc.double({
        min: bounds['minimum'] ?? bounds['exclusiveMinimum'] ?? -1e9,
        max: bounds['maximum'] ?? bounds['exclusiveMaximum'] ?? 1e9,
        minExcluded: bounds['exclusiveMinimum'] !== undefined,
        maxExcluded: bounds['exclusiveMaximum'] !== undefined,
        noNaN: true,
      });
    case 'array':
      return fc.array(validBy((schema['items'] as Schema | undefined) ?? {}, known, `${at}/0`), {
        minLength: bounds['minItems'] ?? 0,
        maxLength: bounds['maxItems'] ?? (bounds['minItems'] ?? 0) + 5,
      });
    case 'object':
      return object(schema, known, at);
    default:
      throw new Error(`every-route/valid.ts does not know the type ${type}, used at ${at || '/'}`);
  }
}

function object(schema: Schema, known: Known, at: string): Arbitrary<unknown> {
  const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
  const named = fc.record(
    Object.fromEntries(
      Object.entries(properties as Record<string, Schema>).map(([name, each]) => [
        name,
        QUICK[name] ?? validBy(each, known, `${at}/${name}`),
      ]),
    ),
    { requiredKeys: required as never[] },
  );
  if (typeof additionalProperties !== 'object') return named;
  const further = fc.dictionary(
    propertyNames ? (validBy(propertyNames as Schema, known, at) as Arbitrary<string>) : fc.string(),
    validBy(additionalProperties as Schema, known, `${at}/*`),
    { maxKeys: 5, noNullPrototype: true },
  );
  return fc.tuple(further, named).map(([more, those]) => ({ ...more, ...those }));
}

/** JSON Schema counts code points; the bounds of a pattern are part of it. */
function text(schema: Schema, known: Known, at: string): Arbitrary<string> {
  const { format, pattern } = schema;
  const { minLength = 0, maxLength = 1_000 } = schema as { minLength?: number; maxLength?: number };
  const matches = typeof pattern === 'string' ? new RegExp(pattern, 'u') : /^/;
  const fits = (value: string) =>
    matches.test(value) && [...value].length >= minLength && [...value].length <= maxLength;

  const kind = idKind(pattern);
  if (kind) return id(kind, matches, known);
  if (format !== undefined) {
    const formatted = FORMATS[String(format)];
    if (!formatted)
      throw new Error(`every-route/valid.ts does not know the format ${String(format)}, used at ${at}`);
    return formatted.filter(fits);
  }
  if (pattern !== undefined) return fc.stringMatching(matches).filter(fits);
  const bounds = { minLength, maxLength };
  return fc.oneof(
    fc.string({ ...bounds, unit: 'grapheme-ascii' }),
    fc.string({ ...bounds, unit: 'grapheme' }).filter(fits),
    fc.string({ ...bounds, unit: 'binary', size: 'medium' }),
    fc.string({ ...bounds, size: 'max' }),
  );
}

const FORMATS: Record<string, Arbitrary<string> | undefined> = {
  'date-time': fc
    .oneof(
      fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      fc.date({
        min: new Date('0000-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59Z'),
        noInvalidDate: true,
      }),
    )
    .map((date) => date.toISOString()),
  email: fc.emailAddress(),
  ipv4: fc.ipV4(),
  uuid: fc.uuid(),
};

/** Partly of what exists, the caller's or somebody else's, partly of nothing. */
const id = (kind: string, matches: RegExp, known: Known): Arbitrary<string> =>
  fc
    .oneof(
      { weight: 3, arbitrary: fc.nat().map((number) => known.pick(kind, number)) },
      { weight: 1, arbitrary: fc.stringMatching(matches) },
    )
    .chain((found) => (found === undefined ? fc.stringMatching(matches) : fc.constant(found)));

/** The value of a parameter as it stands in a path, a query or a header. */
export function validParameter({ in: place, name, schema }: Parameter, known: Known): Arbitrary<string> {
  const quick = QUICK[name];
  const values = (quick ?? validBy(schema, known, `${place} ${name}`)).map(String);
  if (name === 'cursor') {
    const given = fc.nat().map((number) => known.pick('cursor', number));
    return fc.oneof(
      values,
      given.chain((cursor) => (cursor === undefined ? values : fc.constant(cursor))),
    );
  }
  // Without a character it would be another path.
  if (place === 'path') return values.filter((value) => value !== '');
  // What else there is of Unicode cannot be sent in a header.
  return place === 'header' ? values.map((value) => value.replaceAll(/[^ -~]/g, '~').trim()) : values;
}

/** Bodies that are valid by the schema, most of them near the document's own example: it names what really exists. */
export function validBody({ body }: Operation, known: Known): Arbitrary<unknown> {
  if (!body) return fc.constant(undefined);
  const generated = validBy(body.schema, known);
  const names = Object.keys((body.schema['properties'] as object | undefined) ?? {});
  const near = fc
    .tuple(generated, fc.subarray(names, { maxLength: Math.min(2, names.length) }))
    .map(([values, changed]) => ({
      ...body.example,
      ...Object.fromEntries(Object.entries(values as object).filter(([name]) => changed.includes(name))),
    }));
  return fc.oneof({ weight: 3, arbitrary: near }, { weight: 1, arbitrary: generated });
}
