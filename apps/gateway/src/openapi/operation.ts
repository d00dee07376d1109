import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { Accepted, scopesFor, type Permission, type Route } from '@berth/contracts';
import { z } from 'zod';
import { eventOf } from './events.ts';
import { bodyExamples } from './examples.ts';
import { problemResponses } from './problems.ts';

/** One route as an OpenAPI operation; its name in `routes` is the operationId, for generated clients to call. */
export function operationOf(name: string, route: Route): ZodOpenApiOperationObject {
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.tag],
    ...(route.permission === 'public' ? { security: [] } : { description: permissionText(route.permission) }),
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...((route.idempotency || takesIfMatch(route) || route.success.events) && { header: headersOf(route) }),
    },
    ...(route.body && { requestBody: requestBodyOf(name, route.body) }),
    responses: { [route.success.status]: successOf(route), ...problemResponses(route) },
  };
}

/** What a caller's role has to give, and of an API token with scopes any of these. */
function permissionText(permission: Exclude<Permission, 'public'>): string {
  const scopes = scopesFor(permission).map((scope) => `\`${scope}\``);
  return `Permission: \`${permission}\`. Scopes: ${scopes.join(', ')}`;
}

/** A body of which nothing is required may be left out. */
function requestBodyOf(name: string, schema: z.ZodObject) {
  const example = bodyExamples[name];
  return {
    required: !schema.safeParse({}).success,
    content: { 'application/json': { schema, ...(example && { example }) } },
  };
}

const IdempotencyKey = z
  .string()
  .regex(/^[!-~]{1,200}$/)
  .meta({
    description: 'Made up by you for each thing you want done; repeat it when you repeat the request.',
    example: '5f0c2a9e-launch-1',
  });

const IfMatch = z.string().meta({
  description:
    'The `ETag` of what you have read: refused with 412 when it was edited since. `*` and several tags are taken.',
  example: '"mZ4bKnRkXc0T7oCq2wLh1g"',
});

const LastEventId = z.string().meta({
  description:
    'The id of the last event you have seen: goes on after it, for 24 hours. A browser sends it by itself.',
  example: '1763805600123',
});

const takesIfMatch = ({ etag, method }: Route) => etag && method !== 'GET';

const headersOf = (route: Route) =>
  z.object({
    ...(route.idempotency && {
      'Idempotency-Key': route.idempotency === 'required' ? IdempotencyKey : IdempotencyKey.optional(),
    }),
    ...(takesIfMatch(route) && { 'If-Match': IfMatch.optional() }),
    ...(route.success.events && { 'Last-Event-ID': LastEventId.optional() }),
  });

function successOf({ success, etag }: Route) {
  return {
    description:
      success.status === 202 && success.body !== Accepted ? TAKEN_ON : DESCRIPTIONS[success.status],
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' as const },
      RateLimit: { $ref: '#/components/headers/RateLimit' as const },
      'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' as const },
      ...(etag && { ETag: { $ref: '#/components/headers/ETag' as const } }),
    },
    ...((success.body || success.files) && {
      content: {
        ...(success.body && { 'application/json': { schema: success.body } }),
        ...Object.fromEntries(
          Object.entries(success.files ?? {}).map(([type, schema]) => [type, { schema }]),
        ),
      },
    }),
    ...(success.events && { content: { 'text/event-stream': { schema: eventOf(success.events) } } }),
  };
}

const DESCRIPTIONS = {
  200: 'Here it is',
  201: 'Made',
  202: 'Begun; follow the operation',
  204: 'Done',
} as const;
/** What nobody can follow. */
const TAKEN_ON = 'Taken on; it is done in a moment';
