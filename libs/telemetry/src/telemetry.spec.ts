import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Child, collector, eventually } from '@berth/testing';
import { logger } from './logger.ts';
import { gauge, record } from './metrics.ts';
import { currentOrigin, currentTrace, inScope } from './scope.ts';
import { failSpan, inChildSpan, inSpan } from './spans.ts';
import { startTelemetry, stopTelemetry } from './telemetry.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${PARENT}-01`;
const quiet = logger('spec', { write: () => {} });

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  await stopTelemetry();
  for (const step of undo.splice(0)) await step();
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
});

/** A collector to which this process exports. */
async function exporting(more: Record<string, string> = {}) {
  const otlp = await collector();
  undo.push(() => otlp.stop());
  Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url, ...more });
  await startTelemetry('spec', quiet);
  return otlp;
}

/** A collector that takes connections and never answers. */
async function silentCollector(): Promise<string> {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  undo.push(async () => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  return `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
}

/** What a process of its own says, exporting to this endpoint. */
async function linesOf(endpoint: string): Promise<Record<string, unknown>[]> {
  const child = Child.start(new URL('./export.fixture.ts', import.meta.url), {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  });
  await child.ended;
  return child.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('without an endpoint', () => {
  test('nothing of OpenTelemetry is loaded, and work is done as if there were no span', async () => {
    const [worked] = await linesOf('');
    expect(worked).toMatchObject({ msg: 'worked', loaded: [] });
  });

  test('the trace that came in goes on, in logs and in what is sent', async () => {
    const [worked] = await linesOf('');
    expect(worked).toMatchObject({ trace_id: TRACE, span_id: PARENT, requestId: 'req-1' });
    await inScope({ requestId: 'req-1', traceparent, tracestate: 'a=b' }, () =>
      inSpan({ name: 'work' }, async (span) => {
        expect(span).toBeUndefined();
        expect(currentTrace()).toEqual({ traceparent, tracestate: 'a=b' });
        expect(currentOrigin()).toEqual({ requestId: 'req-1', traceparent });
      }),
    );
  });

  test('what is no trace context is dropped', () => {
    inScope({ traceparent: `${traceparent}0`, tracestate: 'a=b' }, () => {
      expect(currentTrace()).toBeUndefined();
    });
  });
});

describe('with an endpoint', () => {
  test('spans continue what came in, one under the other, and fail with what they threw', async () => {
    const otlp = await exporting();
    await inScope({ traceparent, tracestate: 'a=b' }, () =>
      inSpan({ name: 'outer', kind: 'server' }, async () => {
        expect(currentTrace()).toEqual({
          traceparent: expect.stringMatching(`^00-${TRACE}-(?!${PARENT})[0-9a-f]{16}-01$`),
          tracestate: 'a=b',
        });
        await inChildSpan({ name: 'inner', links: [traceparent, undefined] }, () =>
          Promise.reject(new TypeError('secret')),
        ).catch(() => {});
      }),
    );
    await stopTelemetry();
    const [inner, outer] = otlp.spans;
    expect(outer).toMatchObject({
      name: 'outer',
      kind: 2,
      service: 'spec',
      traceId: TRACE,
      parentSpanId: PARENT,
    });
    expect(inner).toMatchObject({
      parentSpanId: outer?.spanId,
      attributes: { 'error.type': 'TypeError' },
      status: { code: 2 },
      links: [{ traceId: TRACE, spanId: PARENT }],
    });
    expect(JSON.stringify(inner)).not.toContain('secret');
  });

  test('a step by itself begins no trace', async () => {
    const otlp = await exporting();
    await inChildSpan({ name: 'step' }, async () => {});
    await stopTelemetry();
    expect(otlp.spans).toEqual([]);
  });

  test('a refusal is no failure of the span', async () => {
    const otlp = await exporting();
    await inSpan({ name: 'work' }, async (span) => {
      if (span) failSpan(span, Object.assign(new Error('no'), { status: 404, code: 'not_found' }));
    });
    await stopTelemetry();
    expect(otlp.spans[0]?.attributes).toEqual({});
  });

  test('a trace is recorded or not as its sampler, or who began it, has decided', async () => {
    const otlp = await exporting({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' });
    await inSpan({ name: 'own' }, async () => {
      expect(currentTrace()?.traceparent).toMatch(/-00$/);
    });
    await inScope({ traceparent }, () => inSpan({ name: 'continued' }, async () => {}));
    await stopTelemetry();
    expect(otlp.spans.map(({ name }) => name)).toEqual(['continued']);
  });

  test('metrics come once an interval, with what the process is like', async () => {
    const otlp = await exporting({ OTEL_TRACES_EXPORTER: 'none', OTEL_METRIC_EXPORT_INTERVAL: '100' });
    record('http.server.request.duration', 0.2, { 'http.route': '/v1/me', 'error.type': undefined });
    gauge('berth.bus.outbox.depth', async () => [{ value: 3 }]);
    gauge('berth.bus.outbox.age', () => Promise.reject(new Error('the database is away')));
    await eventually(() => {
      const named = (name: string) => otlp.metrics.find((metric) => metric.name === name);
      expect(named('http.server.request.duration')).toMatchObject({
        unit: 's',
        points: [{ attributes: { 'http.route': '/v1/me' } }],
      });
      expect(named('berth.bus.outbox.depth')?.points).toMatchObject([{ asDouble: 3 }]);
      expect(named('process.memory.usage')?.unit).toBe('By');
    });
    expect(
      otlp.metrics.filter(({ name, points }) => name === 'berth.bus.outbox.age' && points.length),
    ).toEqual([]);
  });

  test('the resource says what OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say', async () => {
    const otlp = await exporting({ OTEL_SERVICE_NAME: 'mine' });
    await inSpan({ name: 'work' }, async () => {});
    await stopTelemetry();
    expect(otlp.spans[0]?.service).toBe('mine');
  });
});

describe('a collector that does not help', () => {
  test('and is away costs one line in the log, and work goes on', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const lines = await linesOf(`http://127.0.0.1:${port}`);
    expect(lines[0]).toMatchObject({ msg: 'worked' });
    expect(lines.filter(({ context }) => context === 'Telemetry').length).toBeLessThanOrEqual(1);
    expect(lines.at(-1)).toMatchObject({ msg: 'stopped' });
  });

  test('and never answers delays a stop by 3 s at most', async () => {
    const lines = await linesOf(await silentCollector());
    const stopped = lines.at(-1);
    expect(stopped).toMatchObject({ msg: 'stopped' });
    expect(stopped?.['milliseconds']).toBeGreaterThan(2_500);
    expect(stopped?.['milliseconds']).toBeLessThan(6_000);
  });

  test('and never answers holds up no work, however much is left unsaid', async () => {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = await silentCollector();
    const complaints: string[] = [];
    await startTelemetry('spec', logger('spec', { write: (line) => void complaints.push(line) }));
    for (let n = 0; n < 10_000; n++) await inSpan({ name: 'work' }, async () => {});
    expect(complaints.length).toBeLessThanOrEqual(1);
  });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is wrong'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL must be http/json'],
  [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER is wrong'],
  [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG is wrong'],
])('a service does not start with %p', async (environment, message) => {
  Object.assign(process.env, environment);
  await expect(startTelemetry('spec', quiet)).rejects.toThrow(message);
});
