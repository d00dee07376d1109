import { NOT_SENT_YET } from '@berth/contracts';
import type { Schema } from './schema.ts';

/** A value the writer may send and the reader does not take: where, and what is the matter with it. */
export interface Break {
  /** `operation.status`, `items[].id`; empty: the whole. */
  path: string;
  why: string;
}

/**
 * What of all that a writer may send a reader would refuse; none: everything is read. It goes by the schemas alone and rather
 * says once too often that something breaks: a changed pattern, say, may still take all there was. Fields that the reader does
 * not know are dropped, unless it says `additionalProperties: false`. A value that is not sent yet is none that a writer may send.
 */
export function breaksBetween(writer: Schema, reader: Schema, path = ''): Break[] {
  if (isAnything(reader)) return [];
  if (writer.anyOf) return writer.anyOf.flatMap((each) => breaksBetween(each, reader, path));
  const types = typesOf(writer);
  if (types.length > 1) return types.flatMap((type) => breaksBetween({ ...writer, type }, reader, path));
  if (reader.anyOf) return least(reader.anyOf.map((each) => breaksBetween(writer, each, path)));
  if (isAnything(writer)) return [{ path, why: 'may be anything' }];
  const [type = ''] = types;
  const taken = typesOf(reader);
  if (taken.length > 0 && !taken.includes(type) && !(type === 'integer' && taken.includes('number'))) {
    return [{ path, why: `is ${type}, not ${taken.join(' or ')}` }];
  }
  const found = [...valueBreaks(writer, reader), ...boundBreaks(writer, reader)].map((why) => ({
    path,
    why,
  }));
  if (type === 'object') found.push(...objectBreaks(writer, reader, path));
  if (type === 'array') found.push(...breaksBetween(writer.items ?? {}, reader.items ?? {}, `${path}[]`));
  if (writer.contentSchema && reader.contentSchema) {
    found.push(...breaksBetween(writer.contentSchema, reader.contentSchema, path));
  }
  return found;
}

/** Of several ways to read it, the one that it fits best. */
const least = (ways: Break[][]): Break[] =>
  ways.reduce((best, way) => (weight(way) < weight(best) ? way : best));
/** One field that is wrong inside is nearer than something altogether different. */
const weight = (way: Break[]) => way.reduce((sum, { why }) => sum + (why.startsWith('is ') ? 100 : 1), 0);

const isAnything = (schema: Schema) =>
  ['type', 'anyOf', 'enum', 'const', 'properties'].every((keyword) => schema[keyword] === undefined);

/** The types a schema allows; an enum of strings says so without naming it. */
function typesOf({ type, enum: values, const: only }: Schema): string[] {
  if (type !== undefined) return [type].flat();
  const all = values ?? (only === undefined ? [] : [only]);
  return [...new Set(all.map((value) => (value === null ? 'null' : typeof value)))];
}

function valueBreaks(writer: Schema, reader: Schema): string[] {
  const values = (schema: Schema) => schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  const [sent, taken] = [values(writer), values(reader)];
  if (!taken) return [];
  if (!sent) return [`is not only one of ${taken.join(', ')}`];
  const unsent = writer[NOT_SENT_YET] ?? [];
  const strange = sent.filter((value) => !taken.includes(value) && !unsent.includes(value));
  return strange.length > 0 ? [`may be ${strange.join(', ')}, which is not known there`] : [];
}

/** Keywords that bound values, by whether a larger number takes more of them. */
const BOUNDS = {
  maximum: 1,
  exclusiveMaximum: 1,
  maxLength: 1,
  maxItems: 1,
  minimum: -1,
  exclusiveMinimum: -1,
  minLength: -1,
  minItems: -1,
};

function boundBreaks(writer: Schema, reader: Schema): string[] {
  // A writer that names its values has none beyond.
  if (writer.enum || writer.const !== undefined) return [];
  const wider = Object.entries(BOUNDS).flatMap(([keyword, direction]) => {
    const [sent, taken] = [writer[keyword], reader[keyword]] as [number | undefined, number | undefined];
    if (taken === undefined || (sent !== undefined && (taken - sent) * direction >= 0)) return [];
    return [`has ${keyword} ${sent ?? 'unbounded'}, not ${taken}`];
  });
  const patterned = reader.pattern !== undefined && reader.pattern !== writer.pattern;
  return patterned ? [...wider, `is not held to the pattern ${String(reader.pattern)}`] : wider;
}

function objectBreaks(writer: Schema, reader: Schema, path: string): Break[] {
  const below = (name: string) => (path ? `${path}.${name}` : name);
  const [sent, known] = [writer.properties ?? {}, reader.properties ?? {}];
  const missing = (reader.required ?? [])
    .filter((name) => !(writer.required ?? []).includes(name))
    .map((name) => ({ path: below(name), why: sent[name] ? 'may be absent, is needed' : 'is missing' }));
  const rest = reader.additionalProperties;
  const inside = Object.entries(sent).flatMap(([name, each]) => {
    const read = known[name];
    if (read) return breaksBetween(each, read, below(name));
    if (rest === false) return [{ path: below(name), why: 'is not taken there' }];
    return typeof rest === 'object' ? breaksBetween(each, rest, below('*')) : [];
  });
  const others = writer.additionalProperties;
  const open =
    typeof others === 'object' && typeof rest === 'object' ? breaksBetween(others, rest, below('*')) : [];
  const names =
    writer.propertyNames && reader.propertyNames
      ? breaksBetween(writer.propertyNames, reader.propertyNames, below('(name)'))
      : [];
  return [...missing, ...inside, ...open, ...names];
}
