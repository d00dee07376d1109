import { problem } from '@berth/messaging';
import type { AnyCaller } from './caller.ts';

/** A person who is logged in: what is theirs alone is no matter of a program with their token. Throws 409 `not_a_session`. */
export function inSession({ userId, sessionId }: AnyCaller) {
  if (sessionId === undefined) throw problem('not_a_session');
  return { userId, sessionId };
}
