import type { RequestListener, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { inScope, traceContextIn } from '@berth/telemetry';
import { observe } from './observed.ts';
import { requestIdFrom } from './request-id.ts';
import { HTTPS_ONLY, SECURITY_HEADERS } from './security-headers.ts';
import { StoppableServer } from './stoppable-server.ts';
import { answerHostless, answerUnreadable } from './unreadable.ts';

/** Whoever sends slower than this holds a connection for nothing (slowloris). */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  /** Longer than the idle timeout of AWS load balancers (60 s), so that they never reuse what is being closed. */
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
};
const MOST_CONNECTIONS = 10_000;
/** Above the longest wait for an operation: a connection on which nothing moves for so long is dead. */
const IDLE_TIMEOUT_MILLISECONDS = 90_000;

/** The HTTP server: gives every request its id, known to all that is done for it, and every answer its headers, and ends what is too slow or too large. */
export function httpServer(
  listener: RequestListener,
  { secure }: { secure: boolean },
  limits: ServerOptions = LIMITS,
): StoppableServer {
  const always = { ...SECURITY_HEADERS, ...(secure && HTTPS_ONLY) };
  const headers = Object.entries(always);
  const handle: RequestListener = (request, response) => {
    const id = requestIdFrom(request.headers['x-request-id']);
    request.headers['x-request-id'] = id;
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader('x-request-id', id);
    if (request.httpVersion === '1.1' && request.headers.host === undefined)
      answerHostless(request, response);
    else
      inScope({ requestId: id, ...traceContextIn(request.headers) }, () =>
        observe(request, response, () => listener(request, response)),
      );
  };
  // Left to Node, a missing Host would be answered without a body.
  const server = new StoppableServer({ ...limits, requireHostHeader: false }, handle);
  server.on('clientError', (error, socket: Socket) => answerUnreadable(error, socket, always));
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MILLISECONDS);
  return server;
}
