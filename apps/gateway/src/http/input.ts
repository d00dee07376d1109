import type { FastifyRequest } from 'fastify';
import type { Route, routes } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { z } from 'zod';
import { readBody } from './body.ts';
import { fieldErrors } from './field-errors.ts';
import { readIfMatch } from './if-match.ts';
import { readQuery } from './query.ts';

/** All that a request may bring along, each part as its route's schema reads it. */
export interface Input {
  params: unknown;
  query: unknown;
  body: unknown;
  idempotencyKey: string | undefined;
  /** Entity tags as If-Match gives them; undefined without it. */
  ifMatch: string[] | undefined;
}

/** The input of one route: `InputOf<'launchServer'>`. */
export interface InputOf<Name extends keyof typeof routes> extends Input {
  params: PartOf<(typeof routes)[Name], 'params'>;
  query: PartOf<(typeof routes)[Name], 'query'>;
  body: PartOf<(typeof routes)[Name], 'body'>;
}

type PartOf<R, Part extends string> =
  R extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the handler runs. */
    input: Input;
  }
}

/** 1 to 200 visible ASCII characters. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Reads and checks what came with a request. A path id that cannot be one answers 404 like one that is absent, and
 * therefore comes last: nothing may tell them apart.
 */
export async function readInput(route: Route, request: FastifyRequest): Promise<Input> {
  const writes = route.method !== 'GET';
  const query = check(route.query, readQuery(request.raw.url), 'query');
  const idempotencyKey = readKey(route, request);
  const ifMatch = route.etag && writes ? readIfMatch(request.headers['if-match']) : undefined;
  const body = writes && !route.raw ? check(route.body, await readBody(request), 'body') : undefined;
  const params = route.params?.safeParse(request.params);
  if (params && !params.success) throw problem('not_found');
  return { params: params?.data, query, body, idempotencyKey, ifMatch };
}

const Nothing = z.strictObject({});

/** Where a route names no schema, nothing may be given. */
function check(schema: z.ZodObject | undefined, value: unknown, part: 'query' | 'body'): unknown {
  const parsed = (schema ?? Nothing).safeParse(value);
  if (parsed.success) return schema && parsed.data;
  throw problem('invalid_request', {
    detail: `The ${part} is not valid.`,
    errors: fieldErrors(parsed.error),
  });
}

function readKey({ idempotency }: Route, request: FastifyRequest): string | undefined {
  if (!idempotency) return undefined;
  const key = request.headers['idempotency-key'];
  if (!key) {
    if (idempotency === 'optional') return undefined;
    throw problem('idempotency_key_required', {
      detail: 'Make one up for each thing you want done, such as a UUID.',
    });
  }
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key;
  throw problem('invalid_request', { detail: 'An Idempotency-Key has 1 to 200 visible ASCII characters.' });
}
