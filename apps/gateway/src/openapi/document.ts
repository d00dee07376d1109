import { createDocument, type CreateDocumentOptions, type ZodOpenApiObject } from 'zod-openapi';
import {
  Accepted,
  ApiToken,
  AuditEvent,
  Costs,
  CreatedToken,
  Fleet,
  HostnameCheck,
  Limits,
  Me,
  OfferedCatalog,
  Operation,
  Quote,
  routes,
  Server,
  Session,
  TimelineEntry,
  UsageRecord,
  type Route,
} from '@berth/contracts';
import { eventComponents } from './events.ts';
import { operationOf } from './operation.ts';
import { Problem, problemExamples, sharedProblemResponses } from './problems.ts';

const DESCRIPTION = `Launch and run dedicated servers, billed by the minute.

- Log in with \`Authorization: Bearer brt_…\` (an API token or a session's credential) or with the session cookie.
- Each operation names the permission that your role has to give. An API token that has scopes needs one of those named beside it.
- Every failure is \`application/problem+json\` (RFC 9457): branch on \`code\`; \`requestId\` is what support asks for.
- \`Idempotency-Key\`: the same key with the same body gets the same answer for 24 hours and is carried out once.
- Lists come in pages: pass \`nextCursor\` as \`cursor\` until it is null.
- Fields and query parameters that are not described here are refused; answers may gain fields, enum values and codes.`;

/** The OpenAPI 3.1 document of the API, made from its routes. */
export function openApiDocument() {
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Berth',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: tags().map((name) => ({ name })),
    security: [{ bearer: [] }, { session: [] }, { localSession: [] }],
    paths: paths(),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API token or the credential of a session.',
        },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-berth_session' },
        localSession: {
          type: 'apiKey',
          in: 'cookie',
          name: 'berth_session',
          description: 'The session cookie when the API is reached by plain HTTP on localhost.',
        },
      },
      headers: {
        RequestId: {
          description: "The request's id: the one given as X-Request-Id, or a new one.",
          schema: { type: 'string' },
        },
        RateLimit: {
          description:
            'How many requests are left (`r`) until the limit is reset in `t` seconds: `"account";r=997;t=8`.',
          schema: { type: 'string' },
        },
        RateLimitPolicy: {
          description: 'The limit: `q` requests in `w` seconds.',
          schema: { type: 'string' },
        },
        ETag: {
          description:
            'The strong entity tag of what you can edit, for `If-Match`. It does not change with the status.',
          schema: { type: 'string' },
        },
        RetryAfter: { description: 'Seconds to wait before the next attempt.', schema: { type: 'integer' } },
      },
      examples: problemExamples(),
      schemas: {
        Accepted,
        ApiToken,
        AuditEvent,
        Costs,
        CreatedToken,
        Fleet,
        HostnameCheck,
        Limits,
        Me,
        OfferedCatalog,
        Operation,
        Problem,
        Quote,
        Server,
        Session,
        TimelineEntry,
        UsageRecord,
        ...eventComponents(),
      },
      responses: sharedProblemResponses(),
    },
  };
  return createDocument(document, { override: asItIs });
}

/** Answers may gain fields, so a client must not refuse them; and that a number is a safe integer needs no saying. */
const asItIs: CreateDocumentOptions['override'] = ({ jsonSchema, io }) => {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};

const tags = (): string[] => [...new Set(Object.values<Route>(routes).map(({ tag }) => tag))];

function paths() {
  const paths: Record<string, Record<string, ReturnType<typeof operationOf>>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(name, route);
  }
  return paths;
}

/** The document as docs/generated/openapi.json holds it. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(), null, 2)}\n`;
