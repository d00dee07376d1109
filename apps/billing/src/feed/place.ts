import { problem } from '@berth/messaging';
import { z } from 'zod';
import type { LedgerRecord } from '../usage/revisions.ts';

/** Where somebody is in the order in which records were written: behind this one, or before all that were written then (`id` is empty). */
export interface Place {
  recordedAt: Date;
  id: string;
}

const Cursor = z.object({ recordedAt: z.iso.datetime().pipe(z.coerce.date()), id: z.string().max(300) });

/** Before all that was written at this time or later. */
export const before = (recordedAt: Date): Place => ({ recordedAt, id: '' });

export const placeOf = ({ recordedAt, _id: id }: LedgerRecord): Place => ({ recordedAt, id });

/** A place as text that tells nobody anything but us. */
export const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** Throws 400 `invalid_cursor`. */
export function placeAt(cursor: string): Place {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw problem('invalid_cursor');
  }
}
