import * as contracts from '@berth/contracts';
import { z } from 'zod';
import { messages } from './catalogue.ts';
import type { Docs } from './docs.ts';
import { elementOf, unwrapped, valueOf } from './zod-tree.ts';

export interface JsonSchema {
  $ref?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  [keyword: string]: unknown;
}

const PREFIX = '#/components/schemas/';

/**
 * What travels on the bus as JSON Schema (draft 7, as AsyncAPI 3.0 reads it), with the docstrings as descriptions. A schema
 * that libs/contracts exports has its name; what a message alone says is called after the message.
 */
export class Schemas {
  private readonly ids = new Map<z.ZodType, string>();
  private readonly json: Readonly<Record<string, JsonSchema>>;
  private readonly docs: Docs;

  constructor(docs: Docs) {
    this.docs = docs;
    for (const [name, value] of Object.entries<unknown>(contracts)) {
      if (value instanceof z.ZodType && !this.ids.has(value)) this.ids.set(value, name);
    }
    for (const { name, contract } of messages) {
      if (!this.ids.has(contract.schema)) this.ids.set(contract.schema, `${name}Data`);
      if (contract.kind === 'request' && !this.ids.has(contract.reply))
        this.ids.set(contract.reply, `${name}Reply`);
    }
    this.json = this.convert();
  }

  ref(schema: z.ZodType): { $ref: string } {
    return { $ref: PREFIX + (this.ids.get(schema) ?? '') };
  }

  /** The schemas that the document needs: those it points to, and those they point to. */
  reachableFrom(document: unknown): Record<string, JsonSchema> {
    const needed = new Set<string>();
    const visit = (value: unknown): void => {
      for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
        if (needed.has(name) || !this.json[name]) continue;
        needed.add(name);
        visit(this.json[name]);
      }
    };
    visit(document);
    return Object.fromEntries([...needed].sort().map((name) => [name, this.json[name] ?? {}]));
  }

  private convert(): Record<string, JsonSchema> {
    const registry = z.registry<{ id: string }>();
    for (const [schema, id] of this.ids) registry.add(schema, { id });
    const { schemas } = z.toJSONSchema(registry, {
      target: 'draft-7',
      // As it is on the wire: the sender has filled in the defaults.
      io: 'output',
      uri: (id) => PREFIX + id,
      unrepresentable: 'any',
    });
    return Object.fromEntries(
      [...this.ids].map(([schema, id]) => {
        const { $id: _id, $schema: _schema, id: _name, ...json } = structuredClone(schemas[id]) as JsonSchema;
        return [id, this.described(json, schema)];
      }),
    );
  }

  private described(json: JsonSchema, schema: z.ZodType): JsonSchema {
    if (json.$ref) return json;
    const bare = unwrapped(schema);
    const inner = (bare !== schema && json.anyOf?.[0]) || json;
    const told = this.docs.schemas.get(schema);
    if (told) json.description = told;
    // zod's own; the pattern beside it says the same.
    if (json['format'] === 'starts_with') delete json['format'];
    if (bare instanceof z.ZodObject) this.describeFields(inner, bare);
    if (bare instanceof z.ZodArray && inner.items) inner.items = this.described(inner.items, elementOf(bare));
    if (bare instanceof z.ZodRecord && typeof inner.additionalProperties === 'object')
      inner.additionalProperties = this.described(inner.additionalProperties, valueOf(bare));
    return json;
  }

  private describeFields(json: JsonSchema, schema: z.ZodObject): void {
    // Who reads a message ignores what it doesn't know: https://json-schema.org/draft-07 says so by saying nothing.
    if (!(schema.def.catchall instanceof z.ZodNever)) delete json.additionalProperties;
    for (const [name, field] of Object.entries(json.properties ?? {})) {
      const described = this.described(field, schema.shape[name] as z.ZodType);
      const description = this.docs.fields.get(schema)?.get(name);
      // Draft 7 ignores what stands beside a $ref.
      const open = described.$ref && description ? { allOf: [described] } : described;
      (json.properties ??= {})[name] = description ? { ...open, description } : open;
    }
  }
}
