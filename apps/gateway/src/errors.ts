import type { ProblemBody } from '@berth/contracts';
import { ProblemError } from '@berth/messaging';

/**
 * Every code a problem of this API can carry, the gateway's own and those of the services: its HTTP status and its
 * title. The OpenAPI document and the page of problems are made from it.
 */
export const PROBLEMS = {
  malformed_request: { status: 400, title: 'This is not valid HTTP' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_request: { status: 400, title: 'The request is not as the API describes it' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
  idempotency_key_required: { status: 400, title: 'This needs an Idempotency-Key header' },
  unauthenticated: { status: 401, title: 'Who you are is not known' },
  wrong_credentials: { status: 401, title: 'The e-mail address or the password is wrong' },
  forbidden: { status: 403, title: 'You may not do this' },
  cross_site: { status: 403, title: 'Another site may not do this in your name' },
  account_suspended: { status: 403, title: 'The account is suspended' },
  not_found: { status: 404, title: 'There is no such thing, or it is not yours' },
  method_not_allowed: { status: 405, title: 'This path does not take that method' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  already_created: { status: 409, title: 'It was made by an earlier request with this key' },
  email_taken: { status: 409, title: 'There is an account with this e-mail address' },
  hostname_taken: { status: 409, title: 'The host name is taken' },
  invalid_state: { status: 409, title: 'This is not possible in the present state' },
  not_a_session: { status: 409, title: 'You are not logged in by a session' },
  not_cancelable: { status: 409, title: 'This operation can no longer be cancelled' },
  server_locked: { status: 409, title: 'Another operation is running on the server' },
  server_protected: { status: 409, title: 'The server is protected from being terminated' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  hostname_reserved: { status: 422, title: 'The host name is reserved' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  quota_exceeded: { status: 422, title: 'The account has reached its limit' },
  unknown_offer: { status: 422, title: 'The catalog does not offer this' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  outcome_unknown: { status: 503, title: 'It is not known whether this was done' },
  dependency_unavailable: { status: 503, title: 'A part of the service is away' },
  overloaded: { status: 503, title: 'Too many requests are waiting for an answer' },
  not_ready: { status: 503, title: 'Not all parts of the service are ready' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A refusal with the status and title of its code; thrown anywhere, answered by the problem filter. */
export function problem(
  code: ProblemCode,
  {
    cause,
    ...more
  }: Partial<Pick<ProblemBody, 'detail' | 'errors' | 'extensions'>> & { cause?: unknown } = {},
): ProblemError {
  const error = new ProblemError({ code, ...PROBLEMS[code], ...more });
  error.cause = cause;
  return error;
}
