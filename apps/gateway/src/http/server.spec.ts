import type { RequestListener, Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { httpServer } from './server.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(
  listener: RequestListener = (_, response) => void response.end('ok'),
  secure = false,
) {
  const server = httpServer(listener, { secure }, LIMITS);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

const LIMITS = {
  headersTimeout: 200,
  requestTimeout: 400,
  connectionsCheckingInterval: 50,
  maxHeaderSize: 16 * 1024,
};

/** All that the server says until it hangs up. */
function said(port: number, write: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => write(socket));
    socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    socket.on('close', () => resolve(received)).on('error', () => {});
  });
}

const GET = 'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n';

describe('what is no HTTP is answered with a problem', () => {
  test.each([
    ['garbage', 'GARBAGE\r\n\r\n', 400, 'malformed_request'],
    ['TLS on a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'malformed_request'],
    ['an unknown method', 'FETCH / HTTP/1.1\r\nhost: localhost\r\n\r\n', 400, 'malformed_request'],
    ['a header without a name', `${GET}: x\r\n\r\n`, 400, 'malformed_request'],
    [
      'a body of two lengths',
      `${GET}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
      400,
      'malformed_request',
    ],
    [
      'a length and chunks',
      `${GET}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'malformed_request',
    ],
    ['no Host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'malformed_request'],
    [
      'a URL longer than all headers may be',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['headers without end', `${GET}${'x: y\r\n'.repeat(10_000)}\r\n`, 431, 'headers_too_large'],
  ])('%s', async (_, bytes, status, code) => {
    const answer = await said(await listening(), (socket) => socket.write(bytes, 'latin1'));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('content-type: application/problem+json');
    expect(answer).toMatch(/x-request-id: [0-9a-f-]{36}/);
    expect(answer).toContain(`"code":"${code}"`);
  });
});

test('headers that never end are given up', async () => {
  const answer = await said(await listening(), (socket) => socket.write('GET / HTTP/1.1\r\nhost: local'));
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('"code":"request_timeout"');
});

test('a body that never ends is given up', async () => {
  const port = await listening((request, response) => {
    request.resume().on('end', () => response.end());
  });
  const answer = await said(port, (socket) =>
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc`),
  );
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
});

test('a connection reused for something that is no HTTP gets its first answer and a problem', async () => {
  const port = await listening();
  const answer = await said(port, (socket) => {
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    socket.once('data', () => socket.write('GARBAGE\r\n\r\n'));
  });
  expect(answer).toMatch(/^HTTP\/1.1 200 OK[^]*HTTP\/1.1 400 /);
});

test('an expectation that nobody knows is passed over', async () => {
  expect(await said(await listening(), (socket) => socket.write(`${GET}expect: miracles\r\n\r\n`))).toMatch(
    / 200 OK/,
  );
});

test('every answer carries the security headers, and no word of what made it', async () => {
  const answer = await said(await listening(), (socket) => socket.write(`${GET}\r\n`));
  expect(answer).toContain('x-content-type-options: nosniff');
  expect(answer).toContain("content-security-policy: default-src 'none'");
  expect(answer).not.toMatch(/x-powered-by|^server:|strict-transport/im);
});

test('browsers that come by HTTPS are told to stay with it', async () => {
  const answer = await said(await listening(undefined, true), (socket) => socket.write(`${GET}\r\n`));
  expect(answer).toContain('strict-transport-security: max-age=31536000');
});
