import type { QueryClient } from '@tanstack/react-query';
import type { Server } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';

/** Resolves when no operation runs on the server any more, by the list that live events keep true, or it is not in it. */
export function whenFree(client: QueryClient, id: string): Promise<void> {
  const { queryKey } = readingAll(calls.servers());
  const isFree = () =>
    !client.getQueryData<Server[]>(queryKey)?.find((server) => server.id === id)?.operation;
  if (isFree()) return Promise.resolve();
  return new Promise((free) => {
    const end = client.getQueryCache().subscribe(() => {
      if (!isFree()) return;
      end();
      free();
    });
  });
}
