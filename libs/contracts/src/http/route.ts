import type { z } from 'zod';
import type { ProblemCode } from './problems.ts';

/** What a caller must be allowed to do; `public` needs no identity. */
export type Permission =
  | 'public'
  | 'self:write'
  | 'account:read'
  | 'account:close'
  | 'tokens:write'
  | 'membership:write'
  | 'members:read'
  | 'members:write'
  | 'audit:read'
  | 'catalog:read'
  | 'servers:read'
  | 'servers:write'
  | 'usage:read'
  | 'billing:write'
  | 'staff:read'
  | 'staff:write';

/** One route of the REST API: the guard, the validation and the OpenAPI document are made from it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/servers/{id}` */
  path: string;
  /** One line, in the imperative. */
  summary: string;
  /** The heading it stands under in the documentation. */
  tag: string;
  permission: Permission;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodObject;
  /** The body is not one of ours: the handler reads it, and says what is wrong with it. */
  raw?: true;
  /** A POST that only asks: nothing is other afterwards, and nobody need know that it was made. */
  reads?: true;
  /** `required`: 400 without an Idempotency-Key. `optional`: honoured when given. */
  idempotency?: 'required' | 'optional';
  /** Public and next to no work, asked by probes or by a browser many at once: no limit of requests holds them up. */
  unlimited?: true;
  /** An answer may be held until something has happened: such requests have places of their own at the gateway. */
  held?: true;
  /** Answers carry the ETag of what a customer can edit, not of the whole answer; what changes it honours If-Match. */
  etag?: true;
  /** The status of success and the body that comes with it; null: none. */
  success: {
    status: 200 | 201 | 202 | 204;
    body: z.ZodType | null;
    /** Instead of a body, Server-Sent Events until one side ends it: the data of each kind of event, by its name. */
    events?: Readonly<Record<string, z.ZodType>>;
    /** Instead of a body, or besides it when the client prefers one, a file of any length, in one of these forms by media type: what stands in it. */
    files?: Readonly<Record<string, z.ZodType>>;
  };
  /** Codes of the problems it may answer besides those every route has. */
  problems: readonly ProblemCode[];
}

/** Declares a route, keeping the exact types of its parts. */
export const route = <const R extends Route>(definition: R): R => definition;

/** Whether something may be other after a request: then the audit trail tells of it. */
export const changesSomething = ({ method, reads }: Route): boolean => method !== 'GET' && !reads;
