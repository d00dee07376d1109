import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const current = new AsyncLocalStorage<string>();

/** What a client may choose, so that its ids are safe in headers and logs. */
const ACCEPTABLE = /^[A-Za-z0-9._:-]{1,128}$/;

/** The client's X-Request-Id where it is acceptable, else a new one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTABLE.test(header) ? header : randomUUID();
}

/** Runs the work of a request, so that everything in it can name it. */
export const withRequestId = (id: string, work: () => void): void => current.run(id, work);

/** The id of the request being answered, if any. */
export const currentRequestId = (): string | undefined => current.getStore();
