import { z } from 'zod';

const secrets = z.registry<object>();

/**
 * Declares that a value of this schema is a secret: a password, a credential. It reaches the service that it is for and is
 * written down nowhere else ({@link withoutSecrets}). Apply it last: what is made of a schema is another schema.
 */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
  secrets.add(schema, {});
  return schema;
}

/**
 * Whether a value of a schema is to be left out as a whole: it is a secret, or it is neither object nor list and may hold one.
 * Of objects and lists only the parts are left out that are.
 */
export function isSecret(schema: z.ZodType): boolean {
  if (secrets.has(schema)) return true;
  const inner = unwrappedOnce(schema);
  if (inner) return isSecret(inner);
  return !isObject(schema) && !isList(schema) && partsOf(schema).some(holdsSecret);
}

/** What was sent, without its secrets and without whatever its schema does not know. */
export function withoutSecrets(schema: z.ZodType, value: unknown): unknown {
  const inner = unwrappedOnce(schema);
  if (inner) return withoutSecrets(inner, value);
  if (isList(schema) && Array.isArray(value)) {
    const element = schema.element as z.ZodType;
    return isSecret(element) ? [] : value.map((each) => withoutSecrets(element, each));
  }
  if (!isObject(schema) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => {
      const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : undefined;
      return field && !isSecret(field) ? [[name, withoutSecrets(field, each)]] : [];
    }),
  );
}

const holdsSecret = (schema: z.ZodType): boolean => secrets.has(schema) || partsOf(schema).some(holdsSecret);

function partsOf(schema: z.ZodType): z.ZodType[] {
  const inner = unwrappedOnce(schema);
  if (inner) return [inner];
  if (isObject(schema)) return Object.values(schema.shape) as z.ZodType[];
  if (isList(schema)) return [schema.element as z.ZodType];
  if (schema instanceof z.ZodUnion) return schema.options as z.ZodType[];
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  if (schema instanceof z.ZodPipe) return [schema.in as z.ZodType, schema.out as z.ZodType];
  return [];
}

const isObject = (schema: z.ZodType) => schema instanceof z.ZodObject;
const isList = (schema: z.ZodType) => schema instanceof z.ZodArray;

/** Of what may be absent, null or have a default, what is within that; undefined for anything else. */
function unwrappedOnce(schema: z.ZodType): z.ZodType | undefined {
  const isWrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isWrapped ? (schema.unwrap() as z.ZodType) : undefined;
}
