import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ApiCall } from './call.ts';
import type { Page } from './calls.ts';
import { send } from './send.ts';

/** What the cache keeps a read under: its path, and its query and body apart, so that all reads of a path can be named at once. */
export function keyOf({ path, body }: ApiCall): string[] {
  const [bare = path, query = ''] = path.split('?');
  return body ? [bare, query, JSON.stringify(body)] : [bare, query];
}

/** A read for `useQuery` and `useSuspenseQuery`. */
export const reading = <Answer>(call: ApiCall<Answer>) =>
  queryOptions({ queryKey: keyOf(call), queryFn: ({ signal }) => send(call, signal) });

/** A list with all its pages, one after another. */
export const readingAll = <Item>(call: ApiCall<Page<Item>>) =>
  queryOptions({
    queryKey: [...keyOf(call), 'all'],
    queryFn: async ({ signal }) => {
      const items: Item[] = [];
      for (let next: ApiCall<Page<Item>> | null = call; next;) {
        const page: Page<Item> = await send(next, signal);
        items.push(...page.items);
        next = page.nextCursor ? after(call, page.nextCursor) : null;
      }
      return items;
    },
  });

/** A list of which nobody wants all, for `useInfiniteQuery`: page by page, as they are asked for. */
export const readingPages = <Item>(call: ApiCall<Page<Item>>) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(call), 'pages'],
    queryFn: ({ pageParam, signal }) => send(pageParam === null ? call : after(call, pageParam), signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

function after<Answer>(call: ApiCall<Answer>, cursor: string): ApiCall<Answer> {
  const sign = call.path.includes('?') ? '&' : '?';
  return { ...call, path: `${call.path}${sign}cursor=${encodeURIComponent(cursor)}` };
}
