import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SnsSite } from './sns-site.ts';

let server: Server;
let visited: string[] = [];
const site = new SnsSite();

beforeAll(async () => {
  server = createServer((request, response) => {
    visited.push(request.url ?? '');
    if (request.url === '/large') return void response.end('a'.repeat(65 * 1024));
    if (request.url === '/elsewhere') return void response.writeHead(302, { location: '/inside' }).end();
    if (request.url === '/absent') return void response.writeHead(404).end('no');
    response.end('here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const get = (path: string) => {
  visited = [];
  return site.get(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`));
};

test('gives what is there', async () => {
  expect(await get('/')).toBe('here');
});

test('takes no more than a certificate can have', async () => {
  await expect(get('/large')).rejects.toThrow('more than 65536 bytes');
});

test('follows nothing elsewhere', async () => {
  await expect(get('/elsewhere')).rejects.toThrow();
  expect(visited).toEqual(['/elsewhere']);
});

test('takes no failure for an answer', async () => {
  await expect(get('/absent')).rejects.toThrow('404');
});
