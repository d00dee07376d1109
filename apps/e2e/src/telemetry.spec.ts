import { readFileSync } from 'node:fs';
import type { Server } from '@berth/contracts';
import { collector, eventually, type CollectedSpan, type Collector } from '@berth/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Customer } from './customer.ts';
import { World } from './world.ts';

let otlp: Collector;
let world: World;
let customer: Customer;
let server: Server;
/** All spans of the launch's trace, by their ids. */
let trace: ReadonlyMap<string, CollectedSpan>;

beforeAll(async () => {
  otlp = await collector();
  world = await World.start({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    },
  });
  customer = await world.customer();
  const throttled = { code: 'RequestLimitExceeded', status: 503 };
  await world.aws.faults({ rules: [{ operation: 'RunInstances', error: throttled, times: 1 }] });
  server = await customer.running({ hostname: 'traced' });
  trace = await eventually(wholeTrace, { within: 15_000 });
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await otlp?.stop();
}, 60_000);

/** The launch's trace, once the news that the server runs has reached all who listen and every parent has been exported. */
function wholeTrace(): ReadonlyMap<string, CollectedSpan> {
  const root = otlp.spans.find(({ name }) => name === 'POST /v1/servers');
  const spans = otlp.spans.filter(({ traceId }) => traceId === root?.traceId);
  const heard = spans.filter(({ name }) => name === 'process berth.server.running.v1');
  expect(heard.map(({ service }) => service).sort()).toEqual(['billing', 'state-tracking']);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const orphans = spans.filter(({ parentSpanId }) => parentSpanId && !byId.has(parentSpanId));
  expect(orphans.map(({ name }) => name)).toEqual([]);
  return byId;
}

const named = (name: string, service?: string): CollectedSpan[] =>
  [...trace.values()].filter((span) => span.name === name && (!service || span.service === service));

const byStart = (a: CollectedSpan, b: CollectedSpan): number =>
  Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano));

/** Who a span descends from, the nearest first: `service: name`. */
function lineOf(span: CollectedSpan | undefined): string[] {
  if (!span) return [];
  return [`${span.service}: ${span.name}`, ...lineOf(trace.get(span.parentSpanId ?? ''))];
}

test('a launch is one tree with the request at its root, and every span has ended', () => {
  const roots = [...trace.values()].filter(({ parentSpanId }) => !parentSpanId);
  expect(roots).toMatchObject([
    {
      name: 'POST /v1/servers',
      service: 'gateway',
      kind: 2,
      attributes: { 'http.route': '/v1/servers', 'http.response.status_code': expect.anything() },
    },
  ]);
  for (const { startTimeUnixNano, endTimeUnixNano } of trace.values())
    expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
});

test('it leads to the call that makes the instance', () => {
  const [refused, call] = named('EC2/RunInstances').sort(byStart);
  expect(refused).toMatchObject({
    attributes: { 'error.type': 'RequestLimitExceeded' },
    status: { code: 2 },
  });
  expect(lineOf(call)).toEqual([
    'provisioning: EC2/RunInstances',
    'provisioning: effect runInstance',
    'provisioning: transaction',
    'provisioning: answer berth.provisioning.launch-server.v1',
    'gateway: request berth.provisioning.launch-server.v1',
    'gateway: POST /v1/servers',
  ]);
  expect(call?.attributes).toMatchObject({
    'rpc.system.name': 'aws-api',
    'cloud.region': 'eu-central-1',
    'aws.request_id': expect.any(String),
  });
});

test('what EC2 and the agent say on the way back belongs to it, by what we stored', () => {
  for (const name of ['observe instance', 'observe agent']) {
    const [seen] = named(name);
    expect(lineOf(seen).slice(1)).toContain('gateway: POST /v1/servers');
    expect(lineOf(seen)[2]).toMatch(/^state-tracking: process berth\./);
  }
  const heard = otlp.spans.filter(({ name }) => name === 'process notification');
  const links = named('observe agent').flatMap((span) => span.links);
  expect(heard.map(({ spanId }) => spanId)).toEqual(
    expect.arrayContaining(links.map(({ spanId }) => spanId)),
  );
  expect(links.length).toBeGreaterThan(0);
});

test('it comes back to `running`, through the record of the host', () => {
  expect(named('Route 53/ChangeResourceRecordSets', 'dns')).toHaveLength(1);
  const line = lineOf(named('process berth.server.running.v1', 'billing')[0]);
  expect(line.slice(0, 4)).toEqual([
    'billing: process berth.server.running.v1',
    'provisioning: publish berth.server.running.v1',
    'provisioning: transaction',
    expect.stringMatching(/^provisioning: (process berth\.|effect )/),
  ]);
  expect(line.at(-1)).toBe('gateway: POST /v1/servers');
});

test('log lines written for it name the trace, the request, the account and the server', () => {
  const [effect] = named('effect runInstance').sort(byStart);
  const line = world.logLines().find((text) => text.includes('RequestLimitExceeded'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    service: 'provisioning',
    trace_id: effect?.traceId,
    span_id: effect?.spanId,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    accountId: expect.stringMatching(/^acc_/),
    serverId: server.id,
  });
});

/** The first column of the tables in the README of the lib. */
const tables = readFileSync(new URL('../../../libs/telemetry/README.md', import.meta.url), 'utf8');
const rows = [...tables.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);
const patterns = rows.map(
  (row) => new RegExp(`^${row.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '\\S+')}$`),
);

test('every span and every metric is in the table of the README', () => {
  const names = new Set([...otlp.spans, ...otlp.metrics].map(({ name }) => name));
  expect([...names].filter((name) => !patterns.some((pattern) => pattern.test(name)))).toEqual([]);
});

test('metrics come from every service, and say what an operator asks for', async () => {
  const points = (name: string) => otlp.metrics.filter((metric) => metric.name === name);
  const sayOf = (name: string) =>
    points(name).flatMap((metric) => metric.points.map(({ attributes }) => attributes));
  await eventually(() => {
    expect(new Set(points('process.memory.usage').map(({ service }) => service)).size).toBe(7);
    expect(sayOf('http.server.request.duration')).toContainEqual(
      expect.objectContaining({ 'http.route': '/v1/servers', 'http.request.method': 'POST' }),
    );
    expect(sayOf('rpc.client.call.duration')).toContainEqual({
      'rpc.system.name': 'aws-api',
      'rpc.method': 'EC2/RunInstances',
    });
    expect(sayOf('berth.aws.throttles')).toContainEqual({ 'rpc.method': 'EC2/RunInstances' });
    expect(sayOf('berth.lifecycle.transitions')).toContainEqual(expect.objectContaining({ to: 'running' }));
    expect(sayOf('berth.operation.duration')).toContainEqual({ type: 'launch', status: 'succeeded' });
    expect(sayOf('berth.bus.queue.depth')).toContainEqual({
      'messaging.destination.name': 'billing.dead-letters',
    });
    const counts = points('berth.servers').at(-1)?.points ?? [];
    expect(counts.find(({ attributes }) => attributes['status'] === 'running')).toMatchObject({
      asDouble: 1,
    });
    for (const name of [
      'messaging.process.duration',
      'messaging.client.operation.duration',
      'rpc.server.call.duration',
      'berth.bus.queue.age',
      'berth.bus.outbox.depth',
      'berth.bus.outbox.age',
      'berth.stuck',
      'berth.lifecycle.overdue',
      'berth.lifecycle.effect.duration',
      'nodejs.eventloop.utilization',
    ])
      expect(points(name)).not.toEqual([]);
  });
}, 20_000);

test('what is done without an operation is a trace of its own, linked to the last', async () => {
  const before = otlp.spans.length;
  const [instance] = await world.aws.instances(server.id);
  await world.aws.shutDown(instance?.InstanceId ?? '');
  await eventually(
    () => {
      const [seen] = otlp.spans.slice(before).filter(({ name }) => name === 'observe instance');
      expect(seen?.parentSpanId ?? '').toBe('');
      expect(seen?.links.map(({ traceId }) => traceId)).toContain([...trace.values()][0]?.traceId);
    },
    { within: 15_000 },
  );
}, 20_000);
