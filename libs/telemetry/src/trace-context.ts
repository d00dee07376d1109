import type { SpanContext } from '@opentelemetry/api';

/** https://www.w3.org/TR/trace-context/: which trace something belongs to, and the vendors' additions. */
export interface TraceContext {
  traceparent?: string | undefined;
  tracestate?: string | undefined;
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** What has to be passed on at least (https://www.w3.org/TR/trace-context/#tracestate-limits); a longer one is dropped. */
const LONGEST_TRACESTATE = 512;

/** Whether this is a traceparent of version 00. */
export const isTraceparent = (text: unknown): text is string =>
  typeof text === 'string' && TRACEPARENT.test(text);

/** The trace context in the headers of an HTTP request; empty when there is none, or none that is right. */
export function traceContextIn({ traceparent, tracestate }: Record<string, unknown>): TraceContext {
  if (!isTraceparent(traceparent)) return {};
  const isKept = typeof tracestate === 'string' && tracestate.length <= LONGEST_TRACESTATE;
  return isKept ? { traceparent, tracestate } : { traceparent };
}

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

export const tracestateOf = ({ traceState }: SpanContext): string | undefined =>
  traceState?.serialize() || undefined;
