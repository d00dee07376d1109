import type { ProblemCode } from './problems.ts';
import type { Route } from './route.ts';

/** What is answered before it is known which route a request is for. */
export const PROBLEMS_WITHOUT_ROUTE: readonly ProblemCode[] = [
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'not_found',
  'method_not_allowed',
];

/** Every code a route may answer: those it declares, then those that its permission, method and parts imply. */
export function problemsOf(route: Route): ProblemCode[] {
  const writes = route.method !== 'GET';
  const implied: (ProblemCode | false)[] = [
    'invalid_request',
    writes && 'malformed_json',
    route.idempotency === 'required' && 'idempotency_key_required',
    route.permission !== 'public' && 'unauthenticated',
    route.permission !== 'public' && 'forbidden',
    route.permission !== 'public' && writes && 'cross_site',
    writes && 'body_too_large',
    writes && 'unsupported_media_type',
    route.idempotency !== undefined && 'idempotency_key_reused',
    !route.unlimited && 'rate_limited',
    'internal_error',
    writes && 'outcome_unknown',
    'dependency_unavailable',
    'overloaded',
  ];
  return [...new Set([...route.problems, ...implied.filter((code) => code !== false)])];
}
