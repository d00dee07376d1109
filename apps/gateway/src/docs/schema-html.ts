import { escaped, inCode } from '../pages/html.ts';

type Schema = Record<string, unknown>;
type Schemas = Record<string, Schema>;

/** Deeper is better read in the document itself; it also ends schemas that contain themselves. */
const DEEPEST = 6;

/** A JSON schema as nested definition lists: each field with its type and what is said of it. */
export function schemaHtml(schema: unknown, schemas: Schemas, depth = 0): string {
  const { properties, required } = resolved(schema, schemas);
  if (!isSchema(properties) || depth >= DEEPEST) return '';
  const needed = Array.isArray(required) ? required : [];
  const fields = Object.entries(properties).map(([name, field]) => {
    const { description } = resolved(field, schemas);
    const optional = needed.includes(name) ? '' : ' <em>optional</em>';
    const inner = innerOf(field, schemas).map((part) => schemaHtml(part, schemas, depth + 1));
    const said = typeof description === 'string' ? `<p>${inCode(description)}</p>` : '';
    const shown = `${said}${inner.join('')}`;
    return `<dt><code>${escaped(name)}</code> ${escaped(typeOf(field, schemas))}${optional}${shown && `<dd>${shown}`}`;
  });
  return `<dl>${fields.join('\n')}</dl>`;
}

/** The objects within a field: itself, the items of a list, the alternatives of a choice. */
function innerOf(field: unknown, schemas: Schemas): unknown[] {
  const { items, anyOf, oneOf } = resolved(field, schemas);
  if (items !== undefined) return innerOf(items, schemas);
  const choices = anyOf ?? oneOf;
  return Array.isArray(choices) ? choices.flatMap((each) => innerOf(each, schemas)) : [field];
}

function typeOf(field: unknown, schemas: Schemas): string {
  const { type, items, anyOf, oneOf, enum: values, const: only, format } = resolved(field, schemas);
  const choices = anyOf ?? oneOf;
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(choices)) return choices.map((each) => typeOf(each, schemas)).join(' | ');
  if (items !== undefined) return `list of ${typeOf(items, schemas)}`;
  if (typeof format === 'string') return format;
  return Array.isArray(type) ? type.join(' | ') : typeof type === 'string' ? type : 'any';
}

/** Follows one reference; what is said beside it adds to what it leads to. */
function resolved(schema: unknown, schemas: Schemas): Schema {
  if (!isSchema(schema)) return {};
  const { $ref, ...beside } = schema;
  const name = typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined;
  return name === undefined ? schema : { ...schemas[name], ...beside };
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
