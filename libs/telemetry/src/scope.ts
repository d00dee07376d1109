import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from '@opentelemetry/api';
import { isTraceparent, traceparentOf, tracestateOf, type TraceContext } from './trace-context.ts';

/** What every log line written meanwhile says besides its own. */
export interface LogFields {
  /** The same for all that followed from one outside cause: the request's X-Request-Id. */
  requestId?: string | undefined;
  accountId?: string | undefined;
  serverId?: string | undefined;
}

/** What a piece of work belongs to, in a form to be stored and taken up later by whatever process goes on with it. */
export interface Origin {
  requestId?: string | undefined;
  traceparent?: string | undefined;
}

/** The work at hand, as far as logs and traces go. */
interface Scope {
  fields: LogFields;
  /** The span of the work; absent while nothing is traced. */
  span?: Span;
  /** What came with the work: continued by its first span, passed on as it is while nothing is traced. */
  trace?: TraceContext;
}

const current = new AsyncLocalStorage<Scope>();

/** Runs work that continues what is named here and nothing else: what came in from outside, or what was stored. */
export function inScope<Result>(
  { requestId, accountId, serverId, traceparent, tracestate }: LogFields & Origin & TraceContext,
  work: () => Result,
): Result {
  const scope: Scope = { fields: { requestId, accountId, serverId } };
  if (isTraceparent(traceparent)) scope.trace = { traceparent, tracestate };
  return current.run(scope, work);
}

/** Runs the work under a span; the log fields are those of the work around it. */
export const underSpan = <Result>(span: Span, work: () => Result): Result =>
  current.run({ fields: current.getStore()?.fields ?? {}, span }, work);

/** Adds to what the log lines of the work at hand say, from here on. */
export function nameInLogs(fields: LogFields): void {
  const scope = current.getStore();
  if (scope) Object.assign(scope.fields, fields);
}

/** The request that the work at hand is done for, if any. */
export const currentRequestId = (): string | undefined => current.getStore()?.fields.requestId;

/** The span of the work at hand, while it is traced. */
export const currentSpan = (): Span | undefined => current.getStore()?.span;

/** What goes along with whatever leaves the process: the span of the work at hand, or else the context that came with it. */
export function currentTrace(): TraceContext | undefined {
  const scope = current.getStore();
  if (!scope?.span) return scope?.trace;
  const context = scope.span.spanContext();
  return { traceparent: traceparentOf(context), tracestate: tracestateOf(context) };
}

/** What to store with a document, so that later work on it continues the work at hand: give it to {@link inScope}. */
export function currentOrigin(): Origin {
  const requestId = currentRequestId();
  const traceparent = currentTrace()?.traceparent;
  return { ...(requestId && { requestId }), ...(traceparent && { traceparent }) };
}

/** What a log line says of the work at hand; trace and span as in https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/. */
export function logFields(): Record<string, string | undefined> {
  const scope = current.getStore();
  if (!scope) return {};
  const [, trace_id, span_id] = currentTrace()?.traceparent?.split('-') ?? [];
  return { ...scope.fields, trace_id, span_id };
}
