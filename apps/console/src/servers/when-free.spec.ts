import { expect, test } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import type { Server } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';
import { whenFree } from './when-free.ts';

const { queryKey } = readingAll(calls.servers());
const server = (operation: object | null) => [{ id: 'srv_1', operation }] as Server[];

test('a server is waited for until its operation has ended', async () => {
  const client = new QueryClient();
  client.setQueryData(queryKey, server({ id: 'op_1' }));
  let isFree = false;
  const waiting = whenFree(client, 'srv_1').then(() => (isFree = true));
  client.setQueryData(queryKey, server({ id: 'op_1', status: 'running' }));
  await new Promise((done) => setTimeout(done));
  expect(isFree).toBe(false);
  client.setQueryData(queryKey, server(null));
  await waiting;
  expect(isFree).toBe(true);
  client.clear();
});

test('what is free already, or not in the list, is not waited for', async () => {
  const client = new QueryClient();
  await whenFree(client, 'srv_1');
  client.setQueryData(queryKey, server(null));
  await whenFree(client, 'srv_1');
  client.clear();
  expect(client.getQueryCache().getAll()).toEqual([]);
});
