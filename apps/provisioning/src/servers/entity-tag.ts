import { createHash } from 'node:crypto';
import type { ServerDocument } from './server.model.ts';

type Edited = Pick<ServerDocument, 'name' | 'tags' | 'protected'>;

/**
 * The entity tag of what a customer can edit of a server. It stays while the server moves through its states: an edit is
 * in nobody's way then, so a GET must not be answered 304 by it.
 */
export function entityTagOf({ name, tags, protected: isProtected }: Edited): string {
  const sorted = tags.map(({ key, value }) => [key, value]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const edition = JSON.stringify([name, sorted, isProtected]);
  return `"${createHash('sha256').update(edition).digest('base64url').slice(0, 22)}"`;
}

/** Whether If-Match holds: weak tags never do (https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1). */
export const isMatch = (wanted: readonly string[] | undefined, server: Edited): boolean =>
  wanted === undefined || wanted.includes('*') || wanted.includes(entityTagOf(server));
