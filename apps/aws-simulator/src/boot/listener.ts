import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Instance } from '../ec2/model.ts';
import type { World } from '../world.ts';
import { noRecordPage, serverPage } from './page.ts';

const RESOLVER_ADDRESS = '127.0.0.1';

/**
 * All instances answer here: the address that a connection came to tells which one is meant. Nobody home means a closed
 * connection, as with a real address. Browsers resolve every `*.localhost` to 127.0.0.1, so there the host name is
 * looked up in the simulated Route 53.
 */
export function instanceListener(world: World): Server {
  const server = createServer((request, response) => {
    const address = localAddress(request);
    if (address === RESOLVER_ADDRESS) answerByName(world, request, response);
    else answer(world.instances.at(address), request, response);
  });
  // It listens on all addresses, because new ones of 127.0.0.0/8 come and go; nobody outside this machine is served.
  server.on('connection', (socket) => {
    if (!/^(::ffff:)?127\./.test(socket.localAddress ?? '')) socket.destroy();
  });
  return server;
}

function answerByName(
  { zones, instances, config }: World,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const name = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const address = name.endsWith(`.${config.zone}`) ? zones.addressOf(name) : undefined;
  if (address === undefined) html(response, 404, noRecordPage(name));
  else answer(instances.at(address), request, response);
}

function answer(instance: Instance | undefined, request: IncomingMessage, response: ServerResponse): void {
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
  } else html(response, 200, serverPage(instance));
}

function html(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(page);
}

const localAddress = (request: IncomingMessage) =>
  (request.socket.localAddress ?? '').replace(/^::ffff:/, '');
