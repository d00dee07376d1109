import { randomUUID } from 'node:crypto';

/** What a client may choose, so that its ids are safe in headers and logs: no credential of ours among them. */
const ACCEPTABLE = /^(?!br[a-z]_)[A-Za-z0-9._:-]{1,128}$/;

/** The client's X-Request-Id where it is acceptable, else a new one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTABLE.test(header) ? header : randomUUID();
}
