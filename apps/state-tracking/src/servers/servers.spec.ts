import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@berth/mongo';
import { database, type TestDatabase } from '@berth/testing';
import { ServerModel, type TrackedServer } from './server.model.ts';
import { Servers } from './servers.ts';

let mongo: TestDatabase;
let servers: Servers;

beforeAll(async () => {
  mongo = await database();
  servers = new Servers(mongo.connection.model<TrackedServer>(ServerModel.name, ServerModel.schema));
});
afterAll(() => mongo.stop());

test('the agent of a launch that is retried counts from 1; the same agent told of again goes on', async () => {
  const serverId = newId('srv');
  const health = { scheme: 'http', port: 80, path: '/' } as const;
  const first = {
    serverId,
    accountId: newId('acc'),
    region: 'eu-central-1',
    health,
    keyId: 'first',
    sealedSecret: 'a',
  };
  await servers.watch(first);
  expect(await servers.advanceCounter(serverId, 7)).toBe(true);
  await servers.watch(first);
  expect(await servers.advanceCounter(serverId, 7)).toBe(false);
  await servers.watch({ ...first, keyId: 'second', sealedSecret: 'b' });
  expect(await servers.advanceCounter(serverId, 1)).toBe(true);
});

test('an order in the name of another account changes nothing of a server', async () => {
  const serverId = newId('srv');
  const watch = {
    ...{ serverId, accountId: newId('acc'), region: 'eu-central-1', keyId: 'own', sealedSecret: 'a' },
    health: { scheme: 'http', port: 80, path: '/' } as const,
  };
  await servers.watch(watch);
  const before = await servers.find(serverId);
  await servers.watch({ ...watch, accountId: newId('acc'), keyId: 'forged', sealedSecret: 'b' });
  expect(await servers.find(serverId)).toEqual(before);
});
