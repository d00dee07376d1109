import { diag, DiagLogLevel } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import {
  defaultResource,
  envDetector,
  detectResources,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { measureWith } from './metrics.ts';
import type { TelemetrySettings } from './settings.ts';
import { traceWith } from './spans.ts';

/**
 * The OpenTelemetry SDK, loaded by {@link startTelemetry} alone, and each half of it only when it is wanted: a service that
 * exports nothing does not carry it. Returns what flushes and ends it.
 */
export async function startSdk(
  service: string,
  settings: TelemetrySettings,
  complain: (trouble: unknown) => void,
): Promise<() => Promise<void>> {
  setGlobalErrorHandler(complain);
  const quiet = () => {};
  diag.setLogger(
    { error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const resource = defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': service,
        'service.namespace': 'berth',
        'service.instance.id': crypto.randomUUID(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
  const parts: { stop(): Promise<void> }[] = [];
  if (settings.traces) {
    const { startTraces } = await import('./trace-sdk.ts');
    const traces = startTraces(resource, settings.traces);
    traceWith(traces.tracer);
    parts.push(traces);
  }
  if (settings.metrics) {
    const { startMetrics } = await import('./metric-sdk.ts');
    const metrics = startMetrics(resource, settings.metrics);
    measureWith(metrics.meter);
    parts.push(metrics);
  }
  return async () => {
    traceWith(undefined);
    measureWith(undefined);
    await Promise.allSettled(parts.map((part) => part.stop()));
  };
}
