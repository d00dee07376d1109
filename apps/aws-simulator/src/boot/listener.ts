import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { World } from '../world.ts';
import { noRecordPage, serverPage } from './page.ts';

const RESOLVER_ADDRESS = '127.0.0.1';

/**
 * All instances answer here: the address that a connection came to tells which one is meant. Nobody home means a closed
 * connection, as with a real address. Browsers resolve every `*.localhost` to 127.0.0.1, so there the host name is
 * looked up in the simulated Route 53; one without a record is answered 503, since nobody is asked whether it resolves.
 */
export function instanceListener(world: World): Server {
  const server = createServer((request, response) => {
    const address = localAddress(request);
    if (address === RESOLVER_ADDRESS) answerByName(world, request, response);
    else answer(world, { address }, request, response);
  });
  // It listens on all addresses, because new ones of 127.0.0.0/8 come and go; nobody outside this machine is served.
  server.on('connection', (socket) => {
    if (!/^(::ffff:)?127\./.test(socket.localAddress ?? '')) socket.destroy();
  });
  return server;
}

function answerByName(world: World, request: IncomingMessage, response: ServerResponse): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const address = host.endsWith(`.${world.config.zone}`) ? world.zones.addressOf(host) : undefined;
  if (address === undefined) html(response, 503, noRecordPage(host));
  else answer(world, { address, host }, request, response);
}

/** Whom a visitor means: by the address it came to, and by name where there is one. */
interface Wanted {
  address: string;
  host?: string;
}

function answer(
  { instances, volumes }: World,
  { address, host }: Wanted,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const instance = instances.at(address);
  // No boot while it reboots, or when its host is broken.
  if (!instance?.boot) {
    request.socket.destroy();
    return;
  }
  const path = (request.url ?? '/').split('?')[0];
  const { ready, config } = instance.boot;
  if (path === config?.health.path) {
    response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: ready ? 'ok' : 'starting' }));
  } else {
    html(
      response,
      200,
      serverPage({ instance, volumes: volumes.attachedTo(instance.id), ...(host && { host }) }),
    );
  }
}

function html(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  });
  response.end(page);
}

const localAddress = (request: IncomingMessage) =>
  (request.socket.localAddress ?? '').replace(/^::ffff:/, '');
