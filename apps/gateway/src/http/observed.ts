import type { IncomingMessage, ServerResponse } from 'node:http';
import { beginSpan, isObserved, record, secondsSince, underSpan } from '@berth/telemetry';
import type { FastifyRequest } from 'fastify';

/** Asked every few seconds by whoever watches over the process: measured, but no trace each. */
const PROBES = new Set(['/healthz', '/readyz']);
/** https://opentelemetry.io/docs/specs/otel/trace/api/#set-status: `Error`. */
const STATUS_ERROR = 2;

/** The template of the route that a request met. */
const routes = new WeakMap<IncomingMessage, string>();

/** Tells which route a request has met; without one it met none. */
export function noteRoute({ raw, routeOptions }: FastifyRequest): void {
  if (isObserved() && routeOptions.url) routes.set(raw, routeOptions.url.replaceAll(/:(\w+)/g, '{$1}'));
}

/**
 * Answers a request, seen by traces and metrics: https://opentelemetry.io/docs/specs/semconv/http/. While both are off it is
 * answered and nothing else.
 */
export function observe(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
  if (!isObserved()) return answer();
  const startedAt = performance.now();
  const { method = '' } = request;
  const path = request.url?.split('?', 1)[0] ?? '';
  const attributes = { 'http.request.method': method, 'url.scheme': 'http' };
  const span = PROBES.has(path) ? undefined : beginSpan({ name: method, kind: 'server', attributes });
  response.once('close', () => {
    const route = routes.get(request);
    const { statusCode } = response;
    const error = statusCode >= 500 ? String(statusCode) : undefined;
    const outcome = {
      'http.route': route,
      'http.response.status_code': statusCode,
      'error.type': error,
    };
    record('http.server.request.duration', secondsSince(startedAt), {
      'http.request.method': method,
      ...outcome,
    });
    if (route) span?.updateName(`${method} ${route}`);
    // What met no route may hold anything.
    span?.setAttributes({ ...outcome, 'url.path': route && pathShown(path, route) });
    if (error) span?.setStatus({ code: STATUS_ERROR });
    span?.end();
  });
  if (span) underSpan(span, answer);
  else answer();
}

/** An id, as it stands in paths; longer ones are credentials that somebody has put there. */
const ID = /^[a-z]{2,4}_\w{1,40}$/;

/** The path, but for what its route leaves open and is no id: that is somebody's own text. */
function pathShown(path: string, route: string): string {
  const given = path.split('/');
  const shown = route
    .split('/')
    .map((segment, place) =>
      segment.startsWith('{') && ID.test(given[place] ?? '') ? given[place] : segment,
    );
  return shown.join('/');
}
