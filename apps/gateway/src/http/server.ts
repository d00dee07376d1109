import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { ProblemCode } from '../errors.ts';
import { problem } from '../problem.ts';
import { problemDocument, problemHeaders } from './problem-document.ts';
import { requestIdFrom, withRequestId } from './request-id.ts';

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

/** OWASP's advice for an API (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers). */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The HTTP server: gives every request its id and every answer its headers, and ends what is too slow or too large. */
export function httpServer(
  listener: RequestListener,
  { secure }: { secure: boolean },
  limits: ServerOptions = LIMITS,
): Server {
  const headers = Object.entries(
    secure ? { ...HEADERS, 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : HEADERS,
  );
  const handle: RequestListener = (request, response) => {
    const id = requestIdFrom(request.headers['x-request-id']);
    request.headers['x-request-id'] = id;
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader('x-request-id', id);
    if (request.httpVersion === '1.1' && request.headers.host === undefined)
      return refuseHostless(request, response);
    withRequestId(id, () => listener(request, response));
  };
  // Node would answer these two without a body.
  const server = createServer({ ...limits, requireHostHeader: false }, handle);
  server.on('checkExpectation', handle);
  server.on('clientError', answerUnreadable);
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MILLISECONDS);
  return server;
}

/** Node keeps the answer under way here and looks at it for the same reason (lib/_http_server.js, socketOnError). */
type BusySocket = Socket & { _httpMessage?: ServerResponse | null };

const CODES: Record<string, ProblemCode | undefined> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** https://www.rfc-editor.org/rfc/rfc9112#section-3.2-6 */
function refuseHostless(request: IncomingMessage, response: ServerResponse): void {
  const shown = problem('malformed_request', { detail: 'The Host header is missing.' });
  const seen = { requestId: String(request.headers['x-request-id']), url: request.url ?? '' };
  response.writeHead(shown.status, problemHeaders(shown)).end(JSON.stringify(problemDocument(shown, seen)));
}

/** Answers on the bare socket what Node could not read as a request. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: BusySocket): void {
  if (!socket.writable || socket._httpMessage?.headersSent) return void socket.destroy();
  const shown = problem(CODES[error.code ?? ''] ?? 'malformed_request');
  const requestId = requestIdFrom(undefined);
  const body = JSON.stringify(problemDocument(shown, { requestId, url: '' }));
  const headers = {
    ...HEADERS,
    ...problemHeaders(shown),
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${shown.status} ${STATUS_CODES[shown.status]}`, ...lines, '', body].join('\r\n'));
}
