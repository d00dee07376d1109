import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { problem } from '@berth/messaging';
import '../access/caller.ts';

const MOST_BYTES = 1024 * 1024;
/** Who signs up or logs in needs no more, and strangers may come in thousands. */
const MOST_BYTES_OF_STRANGERS = 16 * 1024;
/** Far deeper than any body of this API. */
const DEEPEST = 32;

/** `application/json`, with no other charset than UTF-8 (RFC 8259, 8.1). */
const JSON_TYPE = /^application\/json *(?:; *charset="?utf-8"?)? *;? *$/i;

/** Whether a Content-Type says that the body can be read. */
export const isJson = (type: string): boolean => JSON_TYPE.test(type);

/**
 * The JSON body of a request; an absent one reads as `{}`. Runs after the access guard, so that of a caller who may not
 * come in nothing is kept. Throws the problem that says what is wrong with it.
 */
export async function readBody(request: FastifyRequest): Promise<unknown> {
  const bytes = await readBytes(request.raw, request.caller ? MOST_BYTES : MOST_BYTES_OF_STRANGERS);
  if (bytes.length === 0) return {};
  if (!isJson(request.headers['content-type'] ?? '')) throw problem('unsupported_media_type');
  const body = parse(bytes);
  refuseTraps(body);
  return body;
}

/** SNS says that what it posts is plain text. */
const FOREIGN_TYPE = /^(?:text\/plain|application\/json) *(?:; *charset="?utf-8"?)? *;? *$/i;
/** More than any notification that we want. */
const MOST_FOREIGN_BYTES = 256 * 1024;

/** JSON by whoever does not call it so, on a route that reads it itself. Throws as {@link readBody} does; nothing is no JSON here. */
export async function readForeignJson({ raw }: FastifyRequest): Promise<unknown> {
  const bytes = await readBytes(raw, MOST_FOREIGN_BYTES);
  // As it was sent: what is not ours is hidden from Fastify.
  const at = raw.rawHeaders.findIndex((text, index) => index % 2 === 0 && /^content-type$/i.test(text));
  if (at < 0 || !FOREIGN_TYPE.test(raw.rawHeaders[at + 1] ?? '')) throw problem('unsupported_media_type');
  const body = parse(bytes);
  refuseTraps(body);
  return body;
}

/** What comes beyond the limit is read and dropped, so that the client gets to read why. */
function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => reject(problem('body_too_large', { detail: `The limit is ${limit} bytes.` }));
    const endedEarly = () => reject(problem('malformed_request', { detail: 'The body ended early.' }));
    if (request.destroyed && !request.readableEnded) return endedEarly();
    if (Number(request.headers['content-length'] ?? 0) > limit) return tooLarge();
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      chunks.length = 0;
      tooLarge();
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', endedEarly).once('close', endedEarly);
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's message quotes the body, which may hold a password.
    throw problem('malformed_json');
  }
}

/** `__proto__` becomes another object's prototype when copied carelessly; deep nesting overflows careless recursion. */
function refuseTraps(body: unknown): void {
  let level = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST)
      throw problem('invalid_request', { detail: `The body is nested deeper than ${DEEPEST}.` });
    const objects = level.filter((value) => typeof value === 'object' && value !== null);
    if (objects.some((value) => Object.hasOwn(value, '__proto__'))) {
      throw problem('invalid_request', { detail: 'The body has a field named __proto__.' });
    }
    level = objects.flatMap((value) => Object.values(value));
  }
}
