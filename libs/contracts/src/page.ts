import { z } from 'zod';

/** What a request for a list carries besides: where its page begins (a cursor that the list has given) and how long it may be. */
export const pageRequest = {
  cursor: z.string().max(500).optional(),
  limit: z.number().int().min(1).max(200),
};

/** One page of a list; `nextCursor` is null on the last. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
