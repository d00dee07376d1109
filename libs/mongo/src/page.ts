/**
 * A page of a list from a query that was allowed one document more than fits: that one says whether there is a next
 * page. `cursor` names, for whoever asks for the next page, the place of a document in the order of the query.
 */
export function pageOf<Document, Item>(
  found: readonly Document[],
  limit: number,
  { item, cursor }: { item: (document: Document) => Item; cursor: (last: Document) => string },
): { items: Item[]; nextCursor: string | null } {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return { items: page.map((document) => item(document)), nextCursor: last ? cursor(last) : null };
}
