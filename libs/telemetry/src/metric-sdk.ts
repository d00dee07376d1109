import type { Attributes } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { METRICS, metricRow, type MetricName } from './metric-table.ts';
import type { Meter, Reading } from './metrics.ts';
import { readProcess } from './process-metrics.ts';
import type { MetricSettings } from './settings.ts';

/** The longest that a reading of a gauge may take. */
const READING_TIMEOUT_MILLISECONDS = 2_000;

/** Metrics, sent once an interval by OTLP over HTTP; what cannot be sent is added up until the next time. */
export function startMetrics(
  resource: Resource,
  { exportEveryMilliseconds }: MetricSettings,
): { meter: Meter; stop(): Promise<void> } {
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: exportEveryMilliseconds,
    exportTimeoutMillis: Math.min(exportEveryMilliseconds, 10_000),
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const sdk = provider.getMeter('berth');
  const options = (name: MetricName) => {
    const { text, unit, buckets } = metricRow(name);
    return {
      description: text,
      unit,
      ...(buckets && { advice: { explicitBucketBoundaries: [...buckets] } }),
    };
  };
  const named = <Instrument>(kind: string, make: (name: MetricName) => Instrument) =>
    new Map(
      (Object.keys(METRICS) as MetricName[])
        .filter((name) => METRICS[name].kind === kind)
        .map((name) => [name, make(name)]),
    );
  const histograms = named('histogram', (name) => sdk.createHistogram(name, options(name)));
  const counters = named('counter', (name) => sdk.createCounter(name, options(name)));
  const meter: Meter = {
    record: (name, value, attributes) => histograms.get(name)?.record(value, attributes as Attributes),
    count: (name, attributes) => counters.get(name)?.add(1, attributes as Attributes),
    gauge(name, read) {
      const observed =
        metricRow(name).kind === 'total'
          ? sdk.createObservableCounter(name, options(name))
          : sdk.createObservableGauge(name, options(name));
      observed.addCallback(async (result) => {
        for (const { value, attributes } of await inTime(read))
          result.observe(value, attributes as Attributes);
      });
    },
  };
  readProcess(meter);
  return { meter, stop: () => provider.shutdown() };
}

/** Nothing, when it cannot be read: a gap in a chart says so best. */
async function inTime(read: () => Reading[] | Promise<Reading[]>): Promise<Reading[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Reading[]>((resolve) => {
    timer = setTimeout(resolve, READING_TIMEOUT_MILLISECONDS, []);
  });
  try {
    return await Promise.race([late, (async () => read())()]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
