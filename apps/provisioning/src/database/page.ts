import { isId, type IdPrefix } from '@berth/mongo';
import type { Model, QueryFilter } from 'mongoose';
import { problem } from '../errors.ts';

interface PageRequest {
  /** Of the ids: a cursor is the last id of the page before. */
  prefix: IdPrefix;
  cursor?: string;
  limit: number;
}

/** One page of a collection, newest first. Throws 400 `invalid_cursor`. */
export async function page<Doc extends { _id: string }, View>(
  model: Model<Doc>,
  filter: Record<string, unknown>,
  { prefix, cursor, limit }: PageRequest,
  view: (document: Doc) => View,
): Promise<{ items: View[]; nextCursor: string | null }> {
  if (cursor !== undefined && !isId(prefix, cursor)) throw problem('invalid_cursor');
  const found = await model
    .find({ ...filter, ...(cursor && { _id: { $lt: cursor } }) } as QueryFilter<Doc>)
    .sort({ _id: -1 })
    .limit(limit + 1)
    .lean<Doc[]>();
  const items = found.slice(0, limit);
  return { items: items.map(view), nextCursor: found.length > limit ? (items.at(-1)?._id ?? null) : null };
}
