import { NormalizedSchema } from '@smithy/core/schema';

/**
 * What the codecs need of the schemas that the SDK's clients export for every operation (`RunInstances$` …). The wire
 * format thus comes from AWS's own model, and no operation needs a line of its own.
 */
export type Schema = NormalizedSchema;

/** `[9, namespace, name, traits, input, output]`, see StaticOperationSchema in @smithy/types. */
export interface OperationSchema {
  name: string;
  traits: { http?: [method: string, path: string, status: number] };
  input: Schema;
  output: Schema;
}

const OPERATION = 9;

/** The operations of an SDK module by name. */
export function operationsOf(module: object): Map<string, OperationSchema> {
  const operations = new Map<string, OperationSchema>();
  for (const exported of Object.values(module)) {
    if (!Array.isArray(exported) || exported[0] !== OPERATION) continue;
    const [, , name, traits, input, output] = exported;
    operations.set(name, {
      name,
      traits: typeof traits === 'object' ? traits : {},
      input: NormalizedSchema.of(input),
      output: NormalizedSchema.of(output),
    });
  }
  return operations;
}

export interface Traits {
  xmlName?: string;
  xmlFlattened?: 1;
  ec2QueryName?: string;
  httpLabel?: 1;
  httpQuery?: string;
  httpHeader?: string;
}

export const traitsOf = (schema: Schema) => schema.getMergedTraits() as Traits;

/** A value that the schema does not allow. `path` is as the caller wrote it. */
export class CodecError extends Error {
  readonly path: string;
  readonly reason: 'unknown' | 'malformed';

  constructor(path: string, reason: 'unknown' | 'malformed') {
    super(`${path} is ${reason}`);
    this.name = 'CodecError';
    this.path = path;
    this.reason = reason;
  }
}

/** A scalar from its text, the same in both protocols. */
export function scalarFrom(schema: Schema, text: string, path: string): unknown {
  if (schema.isBooleanSchema()) {
    if (text !== 'true' && text !== 'false') throw new CodecError(path, 'malformed');
    return text === 'true';
  }
  if (schema.isNumericSchema()) {
    const number = Number(text);
    if (text.trim() === '' || !Number.isFinite(number)) throw new CodecError(path, 'malformed');
    return number;
  }
  if (schema.isTimestampSchema()) {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) throw new CodecError(path, 'malformed');
    return date;
  }
  return schema.isBlobSchema() ? Buffer.from(text, 'base64') : text;
}
