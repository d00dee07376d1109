import { z } from 'zod';

/** A schema without the wrappers that say it may be absent, null or have a default. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  )
    return unwrapped(schema.def.innerType as z.ZodType);
  return schema;
}

export const elementOf = (array: z.ZodArray): z.ZodType => array.element as z.ZodType;
export const valueOf = (record: z.ZodRecord): z.ZodType => record.valueType as z.ZodType;
