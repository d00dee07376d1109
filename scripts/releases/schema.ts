import { NOT_SENT_YET } from '@berth/contracts';

/** A JSON Schema as zod writes it, with every `$ref` resolved. */
export interface Schema {
  type?: string | readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  /** What a text holds that is JSON itself, such as the data of an event. */
  contentSchema?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  enum?: readonly unknown[];
  const?: unknown;
  /** Of the values in `enum`, those that are read and not written yet. */
  [NOT_SENT_YET]?: readonly unknown[];
  [keyword: string]: unknown;
}

/** Says nothing about which values there are. */
const ANNOTATIONS = [
  '$schema',
  '$id',
  'contentEncoding',
  'contentMediaType',
  'default',
  'deprecated',
  'description',
  'example',
  'examples',
  'title',
  'format',
  'x-order',
];
const UNDERSTOOD = [
  ...[
    'type',
    'properties',
    'required',
    'additionalProperties',
    'propertyNames',
    'items',
    'contentSchema',
    'anyOf',
    'oneOf',
    'enum',
    'const',
    NOT_SENT_YET,
  ],
  ...[
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'pattern',
  ],
];

/** The schema with everything a `$ref` names in its place and nothing that is only for people. */
export function plain(node: unknown, document: unknown, inside: readonly string[] = []): Schema {
  if (node === true || node === undefined) return {};
  const { $ref, allOf, ...own } = node as Schema & { $ref?: string };
  if ($ref !== undefined) {
    if (inside.includes($ref))
      throw new Error(`${$ref} holds itself: releases/schema.ts cannot compare such yet`);
    return { ...plain(at($ref, document), document, [...inside, $ref]), ...plain(own, document, inside) };
  }
  const parts = (allOf ?? []).map((part) => plain(part, document, inside));
  const deeper = (value: unknown) => plain(value, document, inside);
  const entries = Object.entries(own)
    .filter(([keyword]) => !ANNOTATIONS.includes(keyword))
    .map(([keyword, value]): [string, unknown] => {
      if (!UNDERSTOOD.includes(keyword))
        throw new Error(`releases/schema.ts does not know the keyword ${keyword}`);
      if (keyword === 'properties') {
        return [
          keyword,
          Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, deeper(each)])),
        ];
      }
      if (keyword === 'anyOf' || keyword === 'oneOf') return ['anyOf', (value as unknown[]).map(deeper)];
      if (
        ['items', 'contentSchema', 'additionalProperties', 'propertyNames'].includes(keyword) &&
        value !== false
      )
        return [keyword, deeper(value)];
      return [keyword, value];
    });
  return withoutDefaults(
    Object.assign({}, ...parts, Object.fromEntries(entries)) as Schema,
    own.properties ?? {},
  );
}

/** What has a default may be left out, whatever `required` says: that is how it is after it was read. */
function withoutDefaults(schema: Schema, properties: Readonly<Record<string, Schema>>): Schema {
  if (!schema.required) return schema;
  return {
    ...schema,
    required: schema.required.filter((name) => properties[name]?.['default'] === undefined),
  };
}

function at(pointer: string, document: unknown): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (node, key) => (node as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    );
}
