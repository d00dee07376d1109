import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Answered } from './client.ts';
import type { Operation, Schema } from './document.ts';

/** Checks answers against what the document promises of them. */
export class Promises {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly compiled = new Map<Schema, ValidateFunction>();

  constructor() {
    formats.default(this.ajv);
  }

  /** What is wrong with an answer, in words; none when all is as promised. */
  broken(operation: Operation, { status, headers, text }: Answered): string[] {
    const promised = operation.answers.get(status);
    if (!promised) return [`the status ${status} is not in the document`];
    // Nothing is down in this world, and nobody is fast enough to be slowed down.
    if (status >= 500 || status === 429) return [`the status is ${status}`];
    const missing = promised.headers.filter((name) => name === 'x-request-id' && headers[name] === undefined);
    return [
      ...missing.map((name) => `the header ${name} is missing`),
      ...this.brokenBody(promised.content, headers['content-type'], text),
    ];
  }

  private brokenBody(
    content: Readonly<Record<string, Schema>>,
    type: string | undefined,
    text: string,
  ): string[] {
    const mediaType = type?.split(';')[0];
    if (Object.keys(content).length === 0) {
      return text === '' ? [] : ['there is a body where none is promised'];
    }
    const schema = content[mediaType ?? ''];
    if (!schema) return [`the content type ${type} is not in the document`];
    if (!mediaType?.endsWith('json')) return [];
    const validate = this.compiled.get(schema) ?? this.ajv.compile(schema);
    this.compiled.set(schema, validate);
    return validate(JSON.parse(text)) ? [] : [this.ajv.errorsText(validate.errors)];
  }
}
