import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@berth/testing';
import { Follower } from './follower.ts';

test('a follower goes on after the last id it has seen, an id without an event included', async () => {
  const asked: (string | undefined)[] = [];
  const streams = [
    'retry: 1000\nid: 7\n\nid: 8\nevent: reset\ndata: {}\n\n: heartbeat\nid: 9\n\n',
    'id: 10\nevent: reset\ndata: {}\n\n',
  ];
  const server = createServer((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined);
    const text = streams.shift();
    if (text === undefined) response.writeHead(503).end();
    else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const follower = new Follower(url, { id: 'acc_1', token: 'brt_1' }).start();
  try {
    await follower.begun;
    await eventually(() => expect(asked.length).toBeGreaterThan(2));
    expect(asked.slice(0, 3)).toEqual([undefined, '9', '10']);
    expect(follower.record).toMatchObject({ connections: 2, begunAt: 7 });
    expect(follower.record.events.map(({ id }) => id)).toEqual([8, 10]);
  } finally {
    await follower.stop();
    server.close();
  }
});
