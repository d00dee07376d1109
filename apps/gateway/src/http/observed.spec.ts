import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import { currentTrace, logger, nameInLogs, startTelemetry, stopTelemetry } from '@berth/telemetry';
import { collector, eventually, type CollectedSpan, type Collector } from '@berth/testing';
import { noteRoute } from './observed.ts';
import { httpServer } from './server.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;
const quiet = logger('spec', { write: () => {} });

describe('a request', () => {
  let otlp: Collector;
  const app = fastify({ serverFactory: (listener) => httpServer(listener, { secure: false }) });
  let url: string;

  beforeAll(async () => {
    otlp = await collector();
    app.addHook('onRequest', async (request) => noteRoute(request));
    app.get('/v1/servers/:id', async () => ({ trace: currentTrace()?.traceparent }));
    app.get('/broken', async (_request, reply) => reply.code(503).send());
    app.get('/readyz', async () => ({ trace: currentTrace()?.traceparent }));
    app.get('/log', async () => {
      nameInLogs({ accountId: 'acc_1' });
      const lines: string[] = [];
      logger('gateway', { write: (line) => void lines.push(line) }).log('seen');
      return JSON.parse(lines[0] ?? '{}') as unknown;
    });
    await app.listen();
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await stopTelemetry();
    for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  });
  afterAll(async () => {
    (app.server as Server).closeAllConnections();
    await app.close();
    await otlp.stop();
  });

  async function startExporting(): Promise<void> {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = otlp.url;
    process.env['OTEL_BSP_SCHEDULE_DELAY'] = '20';
    process.env['OTEL_METRIC_EXPORT_INTERVAL'] = '100';
    await startTelemetry('gateway', quiet);
  }

  const get = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(url + path, { headers })).json() as Promise<Record<string, unknown>>;

  const spanOf = (name: string): Promise<CollectedSpan> =>
    eventually(() => {
      const span = otlp.spans.find((each) => each.name === name);
      if (!span) throw new Error(`There is no span ${name}`);
      return span;
    });

  test('while nothing is exported hands on the trace it came with', async () => {
    expect(await get('/v1/servers/srv_1', { traceparent })).toEqual({ trace: traceparent });
    expect(await get('/v1/servers/srv_1')).toEqual({});
  });

  test('is named by its route, and continues the trace it came with', async () => {
    await startExporting();
    const { trace } = await get('/v1/servers/srv_1?secret=1', { traceparent });
    const span = await spanOf('GET /v1/servers/{id}');
    expect(span).toMatchObject({
      traceId: TRACE,
      parentSpanId: 'b7ad6b7169203331',
      attributes: { 'http.route': '/v1/servers/{id}', 'url.path': '/v1/servers/srv_1' },
      status: {},
    });
    expect(trace).toBe(`00-${TRACE}-${span.spanId}-01`);
    expect(JSON.stringify(span)).not.toContain('secret');
    await eventually(() => {
      const points = otlp.metrics.find(({ name }) => name === 'http.server.request.duration')?.points;
      expect(points?.[0]?.attributes).toMatchObject({ 'http.route': '/v1/servers/{id}' });
    });
  });

  test.each([
    ['/v1/servers/my%20password', '/v1/servers/{id}'],
    [`/v1/servers/brt_${'aB3'.repeat(16)}0`, '/v1/servers/{id}'],
    ['/nowhere/my%20password', undefined],
  ])('shows of %s what is a route’s or an id: %s', async (path, shown) => {
    await startExporting();
    const before = otlp.spans.length;
    await fetch(url + path);
    await eventually(() => expect(otlp.spans.length).toBe(before + 1));
    expect(otlp.spans.at(-1)?.attributes['url.path']).toBe(shown);
  });

  test('that is answered with 5xx has failed, one that met no route is named by its method', async () => {
    await startExporting();
    await fetch(`${url}/broken`);
    await fetch(`${url}/nowhere`);
    expect(await spanOf('GET /broken')).toMatchObject({
      attributes: { 'error.type': '503' },
      status: { code: 2 },
    });
    expect((await spanOf('GET')).status.code ?? 0).toBe(0);
  });

  test('that only asks whether the gateway is ready begins no trace', async () => {
    await startExporting();
    expect(await get('/readyz')).toEqual({});
  });

  test('whose client goes away before the answer ends its span all the same', async () => {
    app.server.once('request', (request) => request.socket.destroy());
    await startExporting();
    await fetch(`${url}/v1/servers/srv_gone`).catch(() => {});
    await eventually(() =>
      expect(otlp.spans.map(({ attributes }) => attributes['url.path'])).toContain('/v1/servers/srv_gone'),
    );
  });

  test('is named with its account in every line logged for it', async () => {
    expect(await get('/log', { 'x-request-id': 'req-1', traceparent })).toMatchObject({
      requestId: 'req-1',
      accountId: 'acc_1',
      trace_id: TRACE,
    });
  });
});
