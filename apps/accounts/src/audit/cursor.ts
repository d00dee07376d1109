import { isId } from '@berth/mongo';
import type { StoredAuditEvent } from './audit-event.model.ts';

/** Where a page of the trail ends. */
type Place = Pick<StoredAuditEvent, '_id' | 'at'>;

/** Where the next page begins: opaque to those who pass it on. */
export const cursorAfter = ({ _id, at }: Place): string =>
  Buffer.from(`${at.toISOString()} ${_id}`).toString('base64url');

/** Undefined when no list has given this cursor. */
export function placeOf(cursor: string): Place | undefined {
  const [time = '', _id, ...more] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const at = new Date(time);
  if (more.length > 0 || !isId('aud', _id) || Number.isNaN(at.getTime())) return undefined;
  return { _id, at };
}
