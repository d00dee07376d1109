import { problem } from '@berth/messaging';
import { z } from 'zod';
import type { LedgerRecord } from './revisions.ts';

/** The last record of a page. */
const Place = z.object({ from: z.iso.datetime().pipe(z.coerce.date()), id: z.string().max(300) });

/** The place of a record in a list that goes by when records start, then by their ids. */
export const cursorOf = ({ from, _id }: LedgerRecord) =>
  Buffer.from(JSON.stringify({ from, id: _id })).toString('base64url');

/** Throws 400 `invalid_cursor`. */
export function placeOf(cursor: string): z.output<typeof Place> {
  try {
    return Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw problem('invalid_cursor');
  }
}
