import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { command, event, request, type DataOf } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import { currentTrace, inScope, inSpan, logger, startTelemetry, stopTelemetry } from '@berth/telemetry';
import {
  broker,
  collector,
  database,
  eventually,
  type CollectedSpan,
  type Collector,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { z } from 'zod';
import type { MessageContext } from './context.ts';
import { problem } from './errors.ts';
import { OnCommand, OnEvent, OnRequest } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { Requests } from './requests.ts';
import { startService } from './service.fixture.ts';

const Order = z.object({ accountId: z.string(), serverId: z.string() });
const Launch = request('billing', 'berth.spec.launch.v1', Order, z.object({ ok: z.boolean() }), 'public');
const Refuse = request('billing', 'berth.spec.refuse.v1', Order, z.object({ ok: z.boolean() }), 'public');
const Launched = event('berth.spec.launched.v1', Order);
const Prepare = command('billing', 'berth.spec.prepare.v1', Order);

const order = { accountId: 'acc_1', serverId: 'srv_1' };
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;
const seen: MessageContext[] = [];

@Controller()
class Handlers {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  @OnRequest(Launch)
  async launch(data: DataOf<typeof Launch>) {
    await this.transactions.run(() => this.outbox.publish(Launched, data));
    return { ok: true };
  }

  @OnRequest(Refuse)
  refuse(): Promise<{ ok: boolean }> {
    throw problem('not_found');
  }

  @OnEvent(Launched)
  launched(data: DataOf<typeof Launched>) {
    return this.outbox.send(Prepare, data);
  }

  @OnCommand(Prepare)
  prepare(_data: DataOf<typeof Prepare>, context: MessageContext) {
    if (context.attempt === 1) throw new RangeError('not yet');
    seen.push(context);
  }
}

describe('what the bus says of itself', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;
  let requests: Requests;
  let otlp: Collector;

  beforeAll(async () => {
    [rabbit, mongo, otlp] = await Promise.all([broker(), database(), collector()]);
  });
  afterAll(async () => {
    await Promise.all([rabbit.stop(), mongo.stop(), otlp.stop()]);
  });
  afterEach(async () => {
    await app.close();
    await stopTelemetry();
    for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  });

  async function start() {
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Handlers] });
    requests = app.get(Requests);
  }

  async function startExporting() {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = otlp.url;
    process.env['OTEL_METRIC_EXPORT_INTERVAL'] = '200';
    await startTelemetry('spec', logger('spec', { write: () => {} }));
    await start();
  }

  const handled = (requestId: string) =>
    eventually(() => expect(seen.map(({ correlationId }) => correlationId)).toContain(requestId), {
      within: 10_000,
    });

  test('while nothing is exported: trace and request go along over every hop', async () => {
    await start();
    await inScope({ requestId: 'off', traceparent, tracestate: 'a=b' }, () => requests.ask(Launch, order));
    await handled('off');
    expect(seen.at(-1)).toMatchObject({ correlationId: 'off', traceparent, tracestate: 'a=b' });
  });

  test('one trace from the request over every message to the last, also to another attempt', async () => {
    await startExporting();
    await inScope({ requestId: 'on', traceparent }, () =>
      inSpan({ name: 'POST', kind: 'server' }, () => requests.ask(Launch, order)),
    );
    await handled('on');
    await app.close();
    await stopTelemetry();
    expect(treeOf(otlp.spans.filter(({ traceId }) => traceId === TRACE))).toEqual([
      'POST',
      '  request berth.spec.launch.v1',
      '    answer berth.spec.launch.v1',
      '      transaction',
      '        publish berth.spec.launched.v1',
      '          process berth.spec.launched.v1',
      '            transaction',
      '              publish berth.spec.prepare.v1',
      '                process berth.spec.prepare.v1 failed: RangeError',
      '                  transaction failed: RangeError',
      '                process berth.spec.prepare.v1',
      '                  transaction',
    ]);
  });

  test('a refusal is no failure, and an untraced question begins no trace', async () => {
    await startExporting();
    const before = otlp.spans.length;
    await requests.ask(Launch, order);
    await inSpan({ name: 'GET' }, () => requests.ask(Refuse, order).catch(() => {}));
    await app.close();
    await stopTelemetry();
    const fresh = otlp.spans.slice(before);
    expect(fresh.map(({ name }) => name)).not.toContain('request berth.spec.launch.v1');
    expect(
      fresh.filter(({ name }) => name.endsWith('refuse.v1')).map(({ status }) => status.code ?? 0),
    ).toEqual([0, 0]);
  });

  test('how many messages wait, how old they are, how long the work takes and what fails', async () => {
    await startExporting();
    await requests.ask(Launch, order);
    const named = (name: string) => otlp.metrics.findLast((metric) => metric.name === name);
    await eventually(
      () => {
        expect(named('berth.bus.message.retries')?.points).toMatchObject([
          {
            attributes: {
              'berth.message.type': Prepare.type,
              'messaging.destination.name': 'billing.commands',
            },
          },
        ]);
        const queues = named('berth.bus.queue.depth')?.points.map(
          ({ attributes }) => attributes['messaging.destination.name'],
        );
        expect(queues).toEqual(
          expect.arrayContaining(['billing.events', 'billing.dead-letters', 'billing.retry-1s']),
        );
        expect(named('berth.bus.queue.age')?.points.length).toBe(3);
        expect(named('berth.bus.outbox.depth')?.points).toMatchObject([{ asDouble: 0 }]);
        expect(named('berth.bus.outbox.age')?.points).toMatchObject([{ asDouble: 0 }]);
        const failures = named('messaging.process.duration')?.points.map(
          ({ attributes }) => attributes['error.type'],
        );
        expect(failures).toEqual(expect.arrayContaining([undefined, 'RangeError']));
        expect(named('rpc.server.call.duration')?.points.length).toBeGreaterThan(0);
        expect(named('messaging.client.operation.duration')?.points.length).toBeGreaterThan(0);
      },
      { within: 10_000 },
    );
    expect(currentTrace()).toBeUndefined();
  });
});

/** The names, each under its parent's and in the order of their beginning. */
function treeOf(spans: CollectedSpan[], parentSpanId = 'b7ad6b7169203331', depth = 0): string[] {
  return spans
    .filter((span) => span.parentSpanId === parentSpanId)
    .sort((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
    .flatMap((span) => [
      `${'  '.repeat(depth)}${span.name}${span.status.code === 2 ? ` failed: ${String(span.attributes['error.type'])}` : ''}`,
      ...treeOf(spans, span.spanId, depth + 1),
    ]);
}
