import type { FastifyRequest } from 'fastify';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a request that a browser may have signed with a cookie comes from our own pages. Reads are let through:
 * another site cannot see the answer. Otherwise `Sec-Fetch-Site` decides; browsers that don't send it send `Origin`,
 * which must be ours; a request with neither comes from no browser. The rules of Go's net/http.CrossOriginProtection
 * (https://pkg.go.dev/net/http#CrossOriginProtection).
 */
export function isSameOrigin(request: FastifyRequest, publicUrl: URL | undefined): boolean {
  if (SAFE_METHODS.includes(request.method)) return true;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  if (origin === undefined) return true;
  if (origin === publicUrl?.origin) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.host?.toLowerCase();
}
