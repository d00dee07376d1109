/** Reads the page of a list that begins at a cursor, or the first. */
export type ReadPage<Item> = (cursor?: string) => Promise<{ items: Item[]; nextCursor: string | null }>;

/** The pages of a list from one on, each read when it is wanted. */
export async function* pagesFrom<Item>(
  first: Awaited<ReturnType<ReadPage<Item>>>,
  read: ReadPage<Item>,
): AsyncGenerator<Item[]> {
  for (let page = first; ;) {
    yield page.items;
    if (page.nextCursor === null) return;
    page = await read(page.nextCursor);
  }
}

/** All pages of a list. */
export async function* pagesOf<Item>(read: ReadPage<Item>): AsyncGenerator<Item[]> {
  yield* pagesFrom(await read(), read);
}
