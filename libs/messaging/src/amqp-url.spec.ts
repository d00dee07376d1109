import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { broker, type TestBroker } from '@berth/testing';
import { AmqpUrl } from './amqp-url.ts';
import { BusConnection } from './connection.ts';

test.each(['hunter2', '', 'http://localhost', 'amqp://one,', 'amqp://one,http://two'])(
  '%j is no address of a broker',
  (text) => {
    expect(AmqpUrl.safeParse(text).success).toBe(false);
  },
);

describe('of several nodes', () => {
  let rabbit: TestBroker;
  const silent = createServer((socket) => held.add(socket));
  const held = new Set<Socket>();
  const never = new AbortController().signal;

  beforeAll(async () => {
    rabbit = await broker();
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  });
  afterAll(async () => {
    for (const socket of held) socket.destroy();
    silent.close();
    await rabbit.stop();
  });

  test('one that is there is found beside one that is down and one that says nothing', async () => {
    const paused = `amqp://guest:guest@127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const url = AmqpUrl.parse(`amqp://guest:guest@127.0.0.1:1, ${paused}, ${rabbit.url}`);
    const connection = new BusConnection(url, 'spec', 9);
    await connection.open(never);
    expect(connection.connected).toBe(true);
    await connection.close();
  });

  test('no password is shown when none is there', async () => {
    const connection = new BusConnection(
      'amqp://a:hunter2@127.0.0.1:1,amqp://b:hunter3@127.0.0.1:1',
      'spec',
      0,
    );
    await expect(connection.open(never)).rejects.toThrow(/\/\/a:\*\*\*@.*\/\/b:\*\*\*@/);
  });
});
