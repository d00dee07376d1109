import { isProblemCode, PROBLEMS, type ProblemBody } from '@berth/contracts';

export const PROBLEM_TYPE = 'application/problem+json';
const LONGEST_INSTANCE = 500;

/**
 * A problem as the API shows it (RFC 9457), a known code always under the same title. `url` is the request's; its query may
 * hold what is nobody's business.
 */
export function problemDocument(
  { code, status, title, detail, errors, extensions }: ProblemBody,
  { requestId, url }: { requestId: string; url: string },
): Record<string, unknown> {
  return {
    ...extensions,
    type: `/problems#${code}`,
    title: isProblemCode(code) ? PROBLEMS[code].title : title,
    status,
    detail,
    instance: instanceOf(url),
    code,
    requestId,
    errors,
  };
}

/** A credential that somebody has put into a path: problems are sent on, in reports of what went wrong. */
const CREDENTIAL = /br[a-z]_[0-9A-Za-z]{20,}/g;

/**
 * The path of a request as a URI reference (RFC 3986): clients may send what is none, and a cut may leave half an escape.
 */
function instanceOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  return path
    .replaceAll(CREDENTIAL, '(credential)')
    .slice(0, LONGEST_INSTANCE)
    .replace(/%[0-9a-f]?$/i, '')
    .replaceAll(/%(?![0-9a-f]{2})|[^%!$&'()*+,;=:@/\w.~-]/gi, (wrong) => encodeURIComponent(wrong));
}

/** Headers that go with a problem of this status. */
export function problemHeaders({ status, code, extensions }: ProblemBody): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': PROBLEM_TYPE };
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="berth"';
  if (status === 503 || status === 429)
    headers['retry-after'] = String(extensions?.['retryAfterSeconds'] ?? RETRY_AFTER_SECONDS[code] ?? 5);
  return headers;
}

/** A service that is away takes a while to return; what only waits in line is answered sooner. */
const RETRY_AFTER_SECONDS: Record<string, number> = { outcome_unknown: 2, overloaded: 1 };
