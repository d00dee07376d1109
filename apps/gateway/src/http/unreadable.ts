import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ProblemCode } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { problemDocument, problemHeaders } from './problem-document.ts';
import { requestIdFrom } from './request-id.ts';

/** Node keeps the answer under way here and looks at it for the same reason (lib/_http_server.js, socketOnError). */
type BusySocket = Socket & { _httpMessage?: ServerResponse | null };

const CODES: Record<string, ProblemCode | undefined> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Answers on the bare socket what Node could not read as a request, or not in time; with the headers that every answer has. */
export function answerUnreadable(
  error: NodeJS.ErrnoException,
  socket: BusySocket,
  always: Readonly<Record<string, string>>,
): void {
  if (!socket.writable || socket._httpMessage?.headersSent) return void socket.destroy();
  const shown = problem(CODES[error.code ?? ''] ?? 'malformed_request');
  const requestId = requestIdFrom(undefined);
  const body = JSON.stringify(problemDocument(shown, { requestId, url: '' }));
  const headers = {
    ...always,
    ...problemHeaders(shown),
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${shown.status} ${STATUS_CODES[shown.status]}`, ...lines, '', body].join('\r\n'));
}

/** A request of HTTP/1.1 must say which host it is for (https://www.rfc-editor.org/rfc/rfc9112#section-3.2-6). */
export function answerHostless(request: IncomingMessage, response: ServerResponse): void {
  const shown = problem('malformed_request', { detail: 'The Host header is missing.' });
  const seen = { requestId: String(request.headers['x-request-id']), url: request.url ?? '' };
  response.writeHead(shown.status, problemHeaders(shown)).end(JSON.stringify(problemDocument(shown, seen)));
}
