import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FollowedClock } from './followed-clock.ts';

let server: Server;
let url: string;
let offset: number;
let holding: ServerResponse[];

beforeEach(async () => {
  offset = 0;
  holding = [];
  server = createServer((request, response) => {
    if (request.url === `/?after=${offset}`) holding.push(response);
    else response.end(JSON.stringify({ offsetMilliseconds: offset }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const held = async () => {
  while (holding.length === 0) await new Promise(setImmediate);
};

const aheadSeconds = (clock: FollowedClock) => Math.round((clock.now().getTime() - Date.now()) / 1000);

test('it goes by the served offset from the start, and by a new one as soon as it is served', async () => {
  offset = 60_000;
  const clock = await FollowedClock.follow(url);
  expect(aheadSeconds(clock)).toBe(60);

  await held();
  offset = 3_600_000;
  for (const response of holding.splice(0)) response.end(JSON.stringify({ offsetMilliseconds: offset }));
  await held();
  expect(aheadSeconds(clock)).toBe(3600);
  clock.stop();
});

test('while the server is away it keeps the last offset', async () => {
  offset = 60_000;
  const clock = await FollowedClock.follow(url);
  await held();
  server.closeAllConnections();
  server.close();
  await new Promise(setImmediate);
  expect(aheadSeconds(clock)).toBe(60);
  clock.stop();
});

test('a clock that cannot be reached at the start is an error', async () => {
  await expect(FollowedClock.follow('http://127.0.0.1:1/')).rejects.toThrow();
});
