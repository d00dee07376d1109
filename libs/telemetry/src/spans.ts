import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { currentSpan, currentTrace, underSpan } from './scope.ts';
import type { TraceContext } from './trace-context.ts';

export interface SpanOptions {
  /** One of the table in this lib's README: low in cardinality, so without ids. */
  name: string;
  kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  attributes?: Attributes;
  /** Traceparents of what led to this but is not its parent. */
  links?: readonly (string | undefined)[];
}

/** Begins a span; without a parent, a trace. */
export type Tracer = (options: SpanOptions, parent: SpanContext | TraceContext | undefined) => Span;

let tracer: Tracer | undefined;

/** From now on spans are made; undefined: no longer. */
export function traceWith(made: Tracer | undefined): void {
  tracer = made;
}

/** Whether there are spans at all. */
export const isTracing = (): boolean => tracer !== undefined;

/** Begins a span which the caller ends; undefined while nothing is traced. */
export const beginSpan = (options: SpanOptions): Span | undefined =>
  tracer?.(options, currentSpan()?.spanContext() ?? currentTrace());

/**
 * Runs the work in a span: a child of that of the work at hand, or the first of a trace. While nothing is traced it just
 * runs it. An error that the work throws ends the span as failed.
 */
export async function inSpan<Result>(
  options: SpanOptions,
  work: (span?: Span) => Promise<Result>,
): Promise<Result> {
  const span = beginSpan(options);
  if (!span) return work();
  try {
    return await underSpan(span, () => work(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** As {@link inSpan}, but begins no trace: for steps that are of no interest by themselves. */
export const inChildSpan = <Result>(
  options: SpanOptions,
  work: (span?: Span) => Promise<Result>,
): Promise<Result> => (isTracing() && currentTrace() ? inSpan(options, work) : work());

/** https://opentelemetry.io/docs/specs/otel/trace/api/#set-status: `Error`. */
const STATUS_ERROR = 2;

/** Marks a span as failed. What the error says may hold secrets: the log line with the span's id says it, not the span. */
export function failSpan(span: Span, error: unknown): void {
  const failure = failureOf(error);
  if (failure === undefined) return;
  span.setAttribute('error.type', failure);
  span.setStatus({ code: STATUS_ERROR });
}

/**
 * The code of an error, or its name: low in cardinality. Undefined for a refusal, an error with a status below 500: saying no
 * to a caller is no failure.
 */
export function failureOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return '_OTHER';
  if ('status' in error && typeof error.status === 'number' && error.status < 500) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
