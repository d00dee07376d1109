import type { FastifyRequest } from 'fastify';
import type { SessionCookie } from './session-cookie.ts';

/** What a request shows to prove who it comes from. */
export interface Credential {
  secret: string;
  /** Browsers add cookies by themselves, so what comes by cookie may be another site's wish. */
  from: 'header' | 'cookie';
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
const LONGEST_CREDENTIAL = 200;

/**
 * The credential of a request: null when it shows none, `malformed` when it shows something that cannot be one. The
 * Authorization header wins over the cookie, even when it is wrong: two identities are never mixed.
 */
export function credentialOf(
  request: FastifyRequest,
  cookie: SessionCookie,
): Credential | 'malformed' | null {
  const header = request.headers.authorization;
  if (header !== undefined) return checked(BEARER.exec(header)?.[1], 'header');
  const value = cookie.read(request);
  return value === undefined ? null : checked(value, 'cookie');
}

function checked(secret: string | undefined, from: Credential['from']): Credential | 'malformed' {
  return secret && secret.length <= LONGEST_CREDENTIAL ? { secret, from } : 'malformed';
}
