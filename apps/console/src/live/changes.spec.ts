import { describe, expect, test } from '@jest/globals';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import type { Operation, Server, ServerChange, TimelineEntry } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { keyOf, readingAll } from '../api/reading.ts';
import { take } from './changes.ts';

const price = { currency: 'USD', perMinute: '1', perHour: '60', perMonth: '43800', pausedPerMinute: '0.1' };
const server = (id: string, more: Partial<Server> = {}) =>
  ({
    id,
    name: id,
    status: 'provisioning',
    size: 'small',
    diskGib: 20,
    region: 'eu',
    price,
    ...more,
  }) as Server;

function change(of: Server, more: Partial<ServerChange> = {}): ServerChange {
  const { price: _, ...snapshot } = of;
  return { at: '2026-11-30T00:00:00.000Z', server: snapshot, operation: null, transitions: [], ...more };
}

const list = readingAll(calls.servers()).queryKey;
const shown = (client: QueryClient) =>
  client.getQueryData<Server[]>(list)?.map(({ id, status }) => `${id} ${status}`);

function clientWith(...servers: Server[]): QueryClient {
  const client = new QueryClient();
  client.setQueryData(list, servers);
  return client;
}

describe('a live event', () => {
  test('is shown in the list and on the page of its server, at the price known', () => {
    const client = clientWith(server('srv_2'), server('srv_1'));
    client.setQueryData(keyOf(calls.server('srv_1')), server('srv_1'));
    take(client, change(server('srv_1', { status: 'running' })));
    expect(shown(client)).toEqual(['srv_2 provisioning', 'srv_1 running']);
    expect(client.getQueryData(keyOf(calls.server('srv_1')))).toEqual(server('srv_1', { status: 'running' }));
  });

  test('of a server not seen yet, or of another price, has it read again', () => {
    const client = clientWith(server('srv_1'));
    take(client, change(server('srv_2')));
    expect(client.getQueryState(list)?.isInvalidated).toBe(true);
    client.setQueryData(list, [server('srv_1')]);
    take(client, change(server('srv_1', { size: 'large' })));
    expect(client.getQueryState(list)?.isInvalidated).toBe(true);
  });

  test('is not undone by a read that began before it', async () => {
    const client = clientWith(server('srv_1'));
    const older = Promise.withResolvers<Server[]>();
    const now = server('srv_1', { status: 'running' });
    const reads = [older.promise, Promise.resolve([now])];
    const page = new QueryObserver(client, { queryKey: list, queryFn: () => reads.shift() ?? [] });
    const leave = page.subscribe(() => {});
    take(client, change(now));
    older.resolve([server('srv_1')]);
    while (client.isFetching() > 0) await new Promise((later) => setTimeout(later));
    expect({ shown: shown(client), left: reads.length }).toEqual({ shown: ['srv_1 running'], left: 0 });
    leave();
  });

  test('of a server that the budget has paused has the budget read again, unless it is known', () => {
    const client = clientWith(server('srv_1'));
    const budget = keyOf(calls.budget());
    const isOld = () => client.getQueryState(budget)?.isInvalidated;
    const paused = change(server('srv_1', { status: 'pausing', reason: 'budget' }));
    client.setQueryData(budget, { acted: { action: 'pause_servers' } });
    take(client, paused);
    expect(isOld()).toBe(false);
    client.setQueryData(budget, { acted: null });
    take(client, change(server('srv_1', { status: 'pausing', reason: null })));
    expect(isOld()).toBe(false);
    take(client, paused);
    expect(isOld()).toBe(true);
  });

  test('takes a terminated server from the list, but not from the one with those that are terminated', () => {
    const client = clientWith(server('srv_2'), server('srv_1'));
    const whole = readingAll(calls.servers({ includeTerminated: true })).queryKey;
    client.setQueryData(whole, [server('srv_2')]);
    take(client, change(server('srv_2', { status: 'terminated' })));
    expect(shown(client)).toEqual(['srv_1 provisioning']);
    expect(client.getQueryData(whole)).toEqual([server('srv_2', { status: 'terminated' })]);
  });

  test('brings its operation, and lengthens a timeline that is shown, once however often it comes', () => {
    const client = clientWith(server('srv_1'));
    const entry = (sequence: number) => ({ sequence }) as TimelineEntry;
    const timeline = readingAll(calls.timeline('srv_1')).queryKey;
    client.setQueryData(timeline, [entry(1)]);
    const operation = { id: 'op_1', status: 'running' } as Operation;
    const event = change(server('srv_1'), { operation, transitions: [entry(1), entry(2)] });
    take(client, event);
    take(client, event);
    expect(client.getQueryData(timeline)).toEqual([entry(1), entry(2)]);
    expect(client.getQueryData(keyOf(calls.operation('op_1')))).toEqual(operation);
  });
});
