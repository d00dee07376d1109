import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A span as it was exported; ids in hex, times in nanoseconds as decimal texts. */
export interface CollectedSpan {
  service: string;
  traceId: string;
  spanId: string;
  /** Absent, or empty: it begins the trace. */
  parentSpanId?: string;
  name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  status: { code?: number };
}

export interface CollectedMetric {
  service: string;
  name: string;
  unit: string;
  points: { attributes: Record<string, unknown>; asDouble?: number; asInt?: number; count?: number }[];
}

export interface Collector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  url: string;
  spans: CollectedSpan[];
  metrics: CollectedMetric[];
  /** Every body as it came. */
  bodies: string[];
  stop(): Promise<void>;
}

interface Resource {
  resource: { attributes: Attribute[] };
}
interface Attribute {
  key: string;
  value: Record<string, unknown>;
}
interface Points {
  dataPoints: (Record<string, unknown> & { attributes: Attribute[] })[];
}
interface Exported {
  resourceSpans?: (Resource & {
    scopeSpans: { spans: (Omit<CollectedSpan, 'attributes'> & { attributes: Attribute[] })[] }[];
  })[];
  resourceMetrics?: (Resource & {
    scopeMetrics: {
      metrics: { name: string; unit: string; sum?: Points; gauge?: Points; histogram?: Points }[];
    }[];
  })[];
}

/** Takes what services export by OTLP over HTTP, in JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp), and keeps it. */
export async function collector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const metrics: CollectedMetric[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    const { resourceSpans = [], resourceMetrics = [] } = JSON.parse(body) as Exported;
    for (const { resource, scopeSpans } of resourceSpans)
      for (const span of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({
          ...span,
          service: serviceOf(resource),
          attributes: plain(span.attributes),
          links: span.links ?? [],
        });
    for (const { resource, scopeMetrics } of resourceMetrics)
      for (const { name, unit, sum, gauge, histogram } of scopeMetrics.flatMap((scope) => scope.metrics)) {
        const { dataPoints = [] } = sum ?? gauge ?? histogram ?? {};
        const points = dataPoints.map((point) => ({ ...point, attributes: plain(point.attributes) }));
        metrics.push({ service: serviceOf(resource), name, unit, points });
      }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    metrics,
    bodies,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const plain = (attributes: Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const serviceOf = ({ attributes }: Resource['resource']): string => String(plain(attributes)['service.name']);
