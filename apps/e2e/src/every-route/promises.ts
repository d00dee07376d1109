import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Answered } from './client.ts';
import type { Answer, Operation, Schema } from './document.ts';

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
    // Nothing is down in this world, and nobody is fast enough to be slowed down, whatever they try as a password or have mailed.
    const isTooFast = status === 429 && !/"code":"too_many_(?:attempts|mails)"/.test(text);
    if (status >= 500 || isTooFast) return [`the status is ${status}`];
    const missing = promised.headers.filter((name) => headers[name] === undefined);
    return [
      ...missing.map((name) => `the header ${name} is missing`),
      ...this.brokenBody(promised, headers, text),
    ];
  }

  private brokenBody({ content, codes }: Answer, headers: Answered['headers'], text: string): string[] {
    const [mediaType = ''] = headers['content-type']?.split(';') ?? [];
    if (Object.keys(content).length === 0)
      return text === '' ? [] : ['there is a body where none is promised'];
    const schema = content[mediaType];
    if (!schema) return [`the content type ${mediaType} is not in the document`];
    if (!mediaType.endsWith('json')) return [];
    const body: unknown = JSON.parse(text);
    const { code, requestId } = Object(body) as { code?: unknown; requestId?: unknown };
    if (mediaType === 'application/problem+json') {
      if (!codes.includes(String(code))) return [`the code ${String(code)} is not in the document`];
      if (requestId !== headers['x-request-id']) return ['the request has two ids'];
    }
    const validate = this.compiled.get(schema) ?? this.ajv.compile(schema);
    this.compiled.set(schema, validate);
    return validate(body) ? [] : [this.ajv.errorsText(validate.errors)];
  }
}
