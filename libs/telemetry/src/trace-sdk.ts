import { createTraceState, ROOT_CONTEXT, SpanKind, trace, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { TraceSettings } from './settings.ts';
import type { SpanOptions, Tracer } from './spans.ts';
import { isTraceparent, type TraceContext } from './trace-context.ts';

const KINDS: Record<NonNullable<SpanOptions['kind']>, SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/**
 * Spans, sent in batches by OTLP over HTTP. At most 2,048 wait; while the collector is away or slow what is beyond that is
 * dropped.
 */
export function startTraces(
  resource: Resource,
  settings: TraceSettings,
): { tracer: Tracer; stop(): Promise<void> } {
  const exporter = new OTLPTraceExporter();
  const { exportEveryMilliseconds: scheduledDelayMillis } = settings;
  const provider = new TracerProvider({
    resource,
    sampler: samplerOf(settings),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis })],
  });
  const sdk = provider.getTracer('berth');
  return {
    tracer({ name, kind = 'internal', attributes, links = [] }, parent) {
      const context = parent && spanContextOf(parent);
      return sdk.startSpan(
        name,
        {
          kind: KINDS[kind],
          attributes,
          links: links.flatMap((traceparent) => {
            const linked = spanContextOf({ traceparent });
            return linked ? [{ context: linked }] : [];
          }),
        },
        context ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT,
      );
    },
    stop: () => provider.shutdown(),
  };
}

function samplerOf({ sampler, ratio }: TraceSettings): Sampler {
  const root = rootSampler(sampler.replace('parentbased_', ''), ratio);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}

/** Undefined for what is no trace context. */
function spanContextOf(parent: SpanContext | TraceContext): SpanContext | undefined {
  if ('spanId' in parent) return parent;
  const { traceparent, tracestate } = parent;
  if (!isTraceparent(traceparent)) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(tracestate && { traceState: createTraceState(tracestate) }),
  };
}
