import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { CodecError, scalarFrom, traitsOf, type Schema } from './schema.ts';

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, removeNSPrefix: true });

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};
export const escapeXml = (text: string) =>
  text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? '');

/** An element named `tag` with the value in it; absent members are left out, those bound to headers too. */
export function toXml(schema: Schema, value: unknown, tag: string): string {
  return `<${tag}>${content(schema, value)}</${tag}>`;
}

/** What {@link toXml} puts into the element. */
export function content(schema: Schema, value: unknown): string {
  if (schema.isUnitSchema()) return '';
  if (schema.isStructSchema()) {
    const fields = record(value);
    return [...schema.structIterator()]
      .map(([name, member]) => memberXml(name, member, fields[name]))
      .join('');
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return escapeXml(String(value));
}

function memberXml(name: string, member: Schema, value: unknown): string {
  const traits = traitsOf(member);
  if (value === undefined || value === null || traits.httpHeader) return '';
  const tag = traits.xmlName ?? name;
  if (!member.isListSchema()) return toXml(member, value, tag);
  if (!Array.isArray(value)) throw new TypeError(`${name} must be a list`);
  const item = member.getValueSchema();
  const itemTag = traits.xmlFlattened ? tag : (traitsOf(item).xmlName ?? 'member');
  const items = value.map((each) => toXml(item, each, itemTag)).join('');
  return traits.xmlFlattened ? items : `<${tag}>${items}</${tag}>`;
}

/** Reads a restXml body by its schema; throws CodecError when it is no XML or a scalar is malformed. */
export function fromXml(schema: Schema, body: string): Record<string, unknown> {
  // A document type could declare entities that grow without end; the SDKs send none.
  if (body.includes('<!DOCTYPE') || XMLValidator.validate(body) !== true)
    throw new CodecError('body', 'malformed');
  const document: Record<string, unknown> = parser.parse(body);
  const root = Object.entries(document).find(([name]) => name !== '?xml');
  return record(valueFrom(schema, root?.[1] ?? '', root?.[0] ?? ''));
}

function valueFrom(schema: Schema, parsed: unknown, path: string): unknown {
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const items = record(parsed)[traitsOf(item).xmlName ?? 'member'] ?? [];
    return (Array.isArray(items) ? items : [items]).map((each, index) =>
      valueFrom(item, each, `${path}.${index}`),
    );
  }
  if (schema.isStructSchema()) {
    const fields = record(parsed);
    const result: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const tag = traitsOf(member).xmlName ?? name;
      if (fields[tag] !== undefined) result[name] = valueFrom(member, fields[tag], `${path}.${tag}`);
    }
    return result;
  }
  if (typeof parsed !== 'string') throw new CodecError(path, 'malformed');
  return scalarFrom(schema, parsed, path);
}

/** An empty element is parsed as text: it has no fields. */
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
