import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answers } from './probe.ts';

let server: Server;
let url: string;
let requested: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requested.push(request.url ?? '');
    if (request.url === '/silent') return;
    if (request.url === '/away') response.writeHead(302, { location: `${url}/ok` });
    else if (request.url === '/endless') response.write('the beginning of a body without an end');
    else response.statusCode = Number(request.url?.slice(1)) || 200;
    if (request.url !== '/endless') response.end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  ['200', true],
  ['204', true],
  ['404', false],
  ['503', false],
])('a %s counts as healthy: %s', async (path, healthy) => {
  expect(await answers(`${url}/${path}`)).toBe(healthy);
});

test('a redirect is not followed and is no health', async () => {
  requested = [];
  expect(await answers(`${url}/away`)).toBe(false);
  expect(requested).toEqual(['/away']);
});

test('a body without an end is not read', async () => {
  expect(await answers(`${url}/endless`)).toBe(true);
});

test('no answer within two seconds is none', async () => {
  const startedAt = performance.now();
  expect(await answers(`${url}/silent`)).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(2_500);
});

test('a closed port is no health', async () => {
  expect(await answers('http://127.0.0.1:1/')).toBe(false);
});
