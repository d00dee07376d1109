import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createIndexes, Transactions } from '@berth/mongo';
import { currentTrace, inScope, inSpan, logger, startTelemetry, stopTelemetry } from '@berth/telemetry';
import {
  collector,
  database,
  eventually,
  TestClock,
  type Collector,
  type TestDatabase,
} from '@berth/testing';
import type { Effect } from './effect.ts';
import {
  kettleLifecycle,
  kettleSchema,
  newKettle,
  type Kettle,
  type KettleState,
} from './fixtures/kettle.ts';
import { Leases } from './leases.ts';
import { LifecycleRunner } from './runner.ts';

const ORDERED = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${ORDERED}-b7ad6b7169203331-01`;
const cause = { kind: 'actor', id: 'usr_1', text: 'the spec' } as const;

describe('what the lifecycle says of itself', () => {
  let db: TestDatabase;
  let otlp: Collector;
  let transactions: Transactions;
  const runners: LifecycleRunner<Kettle, KettleState>[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    [db, otlp] = await Promise.all([database(), collector()]);
    db.connection.model<Kettle>('Kettle', kettleSchema);
    transactions = new Transactions(db.connection);
    await createIndexes(db.connection);
    Object.assign(process.env, {
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
    });
    await startTelemetry('spec', logger('spec', { write: () => {} }));
  });
  afterEach(async () => {
    await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  });
  afterAll(async () => {
    await stopTelemetry();
    for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
    await Promise.all([db.stop(), otlp.stop()]);
  });

  function replica(openTap: Effect<Kettle>): LifecycleRunner<Kettle, KettleState> {
    const idle: Effect<Kettle> = async () => ({ text: 'nothing happened' });
    const runner = new LifecycleRunner<Kettle, KettleState>({
      lifecycle: kettleLifecycle as never,
      effects: { openTap, switchOn: idle, carryAway: idle } as never,
      model: db.connection.model<Kettle>('Kettle'),
      leases: new Leases(db.connection, { leaseSeconds: 0.6 }),
      transactions,
      clock: new TestClock(),
      scopeOf: ({ _id: serverId }) => ({ serverId, traceparent }),
    });
    runners.push(runner);
    return runner;
  }

  /** A kettle whose effect is due, left so by a replica that did nothing about it. */
  async function left(id: string): Promise<void> {
    const dead = replica(async () => ({ text: 'nothing happened' }));
    await dead.stop();
    await transactions.run(() => dead.create({ ...newKettle(id), wanted: true }, cause));
  }

  const metric = (name: string) => otlp.metrics.findLast((each) => each.name === name)?.points ?? [];

  test('an effect that the sweep finds belongs to what its document was ordered by', async () => {
    await left('k1');
    let sent: string | undefined;
    const runner = replica(async () => {
      sent = currentTrace()?.traceparent;
      return { text: 'filled', store: (doc) => void (doc.filled = true) };
    });
    await inScope({}, () => inSpan({ name: 'somebody else' }, () => runner.sweep()));
    const effect = await eventually(() => {
      const found = otlp.spans.find(({ name }) => name === 'effect openTap');
      if (!found) throw new Error('There is no span yet');
      return found;
    });
    expect(effect).toMatchObject({ traceId: ORDERED, parentSpanId: 'b7ad6b7169203331' });
    expect(sent).toBe(`00-${ORDERED}-${effect.spanId}-01`);
    await eventually(() =>
      expect(metric('berth.lifecycle.transitions').map(({ attributes }) => attributes)).toContainEqual({
        from: 'filling',
        to: 'heating',
        by: 'then',
      }),
    );
  });

  test('an effect that fails is a failed span, and a measured failure', async () => {
    await left('k2');
    const runner = replica(() => Promise.reject(new RangeError('no water')));
    await runner.sweep();
    await eventually(() => {
      const failed = otlp.spans.filter(({ name, status }) => name === 'effect openTap' && status.code === 2);
      expect(failed).toMatchObject([{ attributes: { 'error.type': 'RangeError' } }]);
      expect(metric('berth.lifecycle.effect.duration').map(({ attributes }) => attributes)).toContainEqual({
        effect: 'openTap',
        'error.type': 'RangeError',
      });
    });
  });
});
