import type { Budget, Operation, Server, ServerChange, TimelineEntry } from '@berth/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { calls } from '../api/calls.ts';
import { keyOf, readingAll } from '../api/reading.ts';

/**
 * Puts what a live event tells into everything that is cached of that server, so that no page asks again. An event
 * carries no price: one that may have changed (another size or disk), or of a server not seen yet, is read again.
 */
export function take(client: QueryClient, change: ServerChange): void {
  const { server, operation, transitions } = change;
  const key = keyOf(calls.server(server.id));
  const listKey = readingAll(calls.servers()).queryKey;
  const wholeListKey = readingAll(calls.servers({ includeTerminated: true })).queryKey;
  const known =
    client.getQueryData<Server>(key) ??
    [listKey, wholeListKey]
      .flatMap((list) => client.getQueryData<Server[]>(list) ?? [])
      .find(({ id }) => id === server.id);

  if (known && samePrice(known, server)) {
    const now: Server = { ...server, price: known.price };
    client.setQueryData<Server>(key, (cached) => cached && now);
    client.setQueryData<Server[]>(wholeListKey, (cached) => cached && placed(cached, now));
    client.setQueryData<Server[]>(listKey, (cached) =>
      cached && now.status === 'terminated' ? without(cached, now) : cached && placed(cached, now),
    );
  } else {
    void client.invalidateQueries({ queryKey: key });
    void client.invalidateQueries({ queryKey: listKey });
    void client.invalidateQueries({ queryKey: wholeListKey });
  }
  // What is being read at this moment may be older than the event, and would take its place.
  for (const queryKey of [key, listKey, wholeListKey]) {
    if (client.isFetching({ queryKey }) > 0) void client.invalidateQueries({ queryKey });
  }
  if (server.reason === 'budget') budgetHasActed(client);
  if (operation) client.setQueryData<Operation>(keyOf(calls.operation(operation.id)), operation);
  void client.invalidateQueries({ queryKey: keyOf(calls.operations(server.id)) });
  if (transitions.length > 0) {
    const timeline = readingAll(calls.timeline(server.id)).queryKey;
    client.setQueryData<TimelineEntry[]>(timeline, (cached) => cached && extended(cached, transitions));
  }
}

/** Nothing else tells of it; one of its servers is enough. */
function budgetHasActed(client: QueryClient): void {
  const queryKey = keyOf(calls.budget());
  if (!client.getQueryData<Budget>(queryKey)?.acted) void client.invalidateQueries({ queryKey });
}

const samePrice = (a: Server, b: Omit<Server, 'price'>) =>
  a.size === b.size && a.diskGib === b.diskGib && a.region === b.region;

const without = (list: Server[], { id }: Server) => list.filter((server) => server.id !== id);

/** The list with the server as it is now: newest first. */
function placed(list: Server[], server: Server): Server[] {
  const at = list.findIndex(({ id }) => id === server.id);
  if (at === -1) return [server, ...list].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return list.with(at, server);
}

/** Events may come twice; the sequence tells. */
function extended(known: TimelineEntry[], transitions: readonly TimelineEntry[]): TimelineEntry[] {
  const last = known.at(-1)?.sequence ?? 0;
  return [...known, ...transitions.filter(({ sequence }) => sequence > last)];
}
