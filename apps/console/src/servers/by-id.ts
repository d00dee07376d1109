import { useQuery } from '@tanstack/react-query';
import type { Server } from '@berth/contracts';
import { useMemo } from 'react';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';

/** Every server the account has had, by its id; empty until they are known, since nothing waits for names. */
export function useServers(): ReadonlyMap<string, Server> {
  const { data } = useQuery(readingAll(calls.servers({ includeTerminated: true })));
  return useMemo(() => new Map(data?.map((server) => [server.id, server])), [data]);
}
