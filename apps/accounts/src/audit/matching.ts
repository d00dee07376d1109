import type { AuditFilter } from '@berth/contracts';
import { problem } from '@berth/messaging';
import type { QueryFilter } from 'mongoose';
import type { StoredAuditEvent } from './audit-event.model.ts';
import { placeOf } from './cursor.ts';

/** The entries that fit a filter, behind those up to the cursor. Throws 400 `invalid_cursor`. */
export function matching({
  from,
  to,
  actor,
  action,
  outcome,
  cursor,
}: AuditFilter & { cursor?: string | undefined }): QueryFilter<StoredAuditEvent> {
  const last = cursor === undefined ? undefined : placeOf(cursor);
  if (cursor !== undefined && !last) throw problem('invalid_cursor');
  const at = {
    ...(from !== undefined && { $gte: new Date(from) }),
    ...(to !== undefined && { $lt: new Date(to) }),
    ...(last && { $lte: last.at }),
  };
  return {
    ...(Object.keys(at).length > 0 && { at }),
    ...(last && { $or: [{ at: { $lt: last.at } }, { _id: { $lt: last._id } }] }),
    ...(actor !== undefined && (actor.startsWith('usr_') ? { userId: actor } : { 'actor.id': actor })),
    ...(action !== undefined && { action }),
    ...(outcome !== undefined && { outcome }),
  };
}
