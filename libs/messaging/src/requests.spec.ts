import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClockModule } from '@berth/clock';
import { event, readinessOf, request, type DataOf } from '@berth/contracts';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import mongoose from 'mongoose';
import { z } from 'zod';
import { Readiness } from '@berth/telemetry';
import { BusModule } from './bus.module.ts';
import type { MessageContext } from './context.ts';
import { BusDisconnected, ProblemError, RequestTimeout, RequestUnroutable } from './errors.ts';
import { OnRequest } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { Requests } from './requests.ts';
import { startService } from './service.fixture.ts';

const Double = request(
  'billing',
  'berth.billing.requests-spec.v1',
  z.object({ number: z.number() }),
  z.object({ twice: z.number() }),
  'public',
);
const Unanswered = request('billing', 'berth.billing.unanswered.v1', z.object({}), z.object({}), 'public');
const Nowhere = request('dns', 'berth.dns.requests-spec.v1', z.object({}), z.object({}), 'public');
const Held = request('billing', 'berth.billing.held-spec.v1', z.object({}), z.object({}), 'public');
const InTurn = request(
  'billing',
  'berth.billing.turn-spec.v1',
  z.object({ key: z.string() }),
  z.object({}),
  'public',
);
const Slow = request(
  'billing',
  'berth.billing.slow-spec.v1',
  z.object({ key: z.string() }),
  z.object({}),
  'public',
);
type Double = DataOf<typeof Double>;

let onDouble: (data: Double, context: MessageContext) => Promise<{ twice: number }> | { twice: number };
let calls = 0;
/** What held answers and turns wait for. */
let something: Promise<void>;
let happen: () => void;
/** Settled at the end, so that the service need not wait for its handlers. */
const { promise: never, resolve: letGo } = Promise.withResolvers<{ twice: number }>();

@Controller()
class Doubling {
  @OnRequest(Double)
  double(data: Double, context: MessageContext) {
    calls++;
    return onDouble(data, context);
  }

  @OnRequest(Held, { held: true })
  async hold() {
    calls++;
    await something;
    return {};
  }

  @OnRequest(Slow, { inTurn: ({ key }) => key })
  slow() {
    return this.turn();
  }

  @OnRequest(InTurn, { inTurn: ({ key }) => key })
  async turn() {
    calls++;
    await something;
    return {};
  }
}

describe('a request', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;
  let asker: INestMicroservice;
  let requests: Requests;

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Doubling] });
    asker = await startService({ service: 'gateway', amqpUrl: rabbit.url, database: mongo });
    requests = asker.get(Requests);
  });
  afterAll(async () => {
    letGo({ twice: 0 });
    await app.close();
    await asker.close();
    await rabbit.stop();
    await mongo.stop();
  });
  beforeEach(() => {
    calls = 0;
    something = new Promise((resolve) => (happen = resolve));
    onDouble = ({ number }) => ({ twice: number * 2 });
  });

  test('is answered with what its handler returns', async () => {
    const answers = await Promise.all([1, 2, 3].map((number) => requests.ask(Double, { number })));
    expect(answers).toEqual([{ twice: 2 }, { twice: 4 }, { twice: 6 }]);
  });

  test('whose database is away can be repeated: it is no fault of the service', async () => {
    onDouble = () => Promise.reject(new mongoose.mongo.MongoNetworkError('read ECONNRESET'));
    await expect(requests.ask(Double, { number: 1 })).rejects.toMatchObject({
      code: 'outcome_unknown',
      status: 503,
    });
  });

  test('that is held until something happens keeps nobody else from being answered', async () => {
    // More than the places of a process.
    const held = Array.from({ length: 250 }, () => requests.ask(Held, {}, { deadlineSeconds: 20 }));
    await eventually(() => expect(calls).toBe(250));
    await expect(requests.ask(Double, { number: 1 })).resolves.toEqual({ twice: 2 });
    happen();
    expect(await Promise.all(held)).toHaveLength(250);
  });

  test('of a key for which fifty wait is refused, and of another is not', async () => {
    const crowd = Array.from({ length: 50 }, () =>
      requests.ask(InTurn, { key: 'greedy' }, { deadlineSeconds: 20 }),
    );
    await eventually(() => expect(calls).toBe(1));
    await expect(requests.ask(InTurn, { key: 'greedy' })).rejects.toMatchObject({ code: 'overloaded' });
    const other = requests.ask(InTurn, { key: 'small' });
    await eventually(() => expect(calls).toBe(2));
    happen();
    await Promise.all([...crowd, other]);
  });

  test('whose turn would come too late for its asker is refused: at once, or when that shows', async () => {
    const ask = () => requests.ask(Slow, { key: 'slow' }, { deadlineSeconds: 2 });
    const first = ask();
    await eventually(() => expect(calls).toBe(1));
    // Half of its two seconds go by.
    await expect(ask()).rejects.toMatchObject({ code: 'overloaded', status: 503 });
    happen();
    await first;
    something = new Promise((resolve) => (happen = resolve));
    const second = ask();
    await eventually(() => expect(calls).toBe(2));
    const refusedAt = performance.now();
    await expect(ask()).rejects.toMatchObject({ code: 'overloaded' });
    expect(performance.now() - refusedAt).toBeLessThan(500);
    happen();
    await second;
    expect(calls).toBe(2);
  });

  test('tells its handler who asks', async () => {
    let context: MessageContext | undefined;
    onDouble = (_, received) => {
      context = received;
      return { twice: 0 };
    };
    const actor = { kind: 'user' as const, id: 'usr_1' };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await requests.ask(
      Double,
      { number: 1 },
      { accountId: 'acc_1', actor, correlationId: 'req_1', traceparent },
    );
    expect(context).toMatchObject({ accountId: 'acc_1', actor, correlationId: 'req_1', traceparent });
  });

  test('refused by its handler throws the problem at the caller', async () => {
    const problem = {
      code: 'hostname_taken',
      status: 409,
      title: 'Taken',
      detail: 'gis is taken',
      extensions: { a: 1 },
    };
    onDouble = () => {
      throw new ProblemError(problem);
    };
    const error = await requests.ask(Double, { number: 1 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      body: problem,
      code: 'hostname_taken',
      status: 409,
      detail: 'gis is taken',
    });
  });

  test('whose handler fails shows nothing of why', async () => {
    onDouble = () => {
      throw new Error('password=hunter2');
    };
    const error = await requests.ask(Double, { number: 1 }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'internal_error', status: 500 });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  test('that is no JSON or breaks the contract is a problem, and the next one is answered', async () => {
    const strange = { ...Double, schema: z.any() };
    await expect(requests.ask(strange, { number: 'one' })).rejects.toMatchObject({
      code: 'invalid_request',
      status: 400,
    });
    await rabbit.publish('', 'billing.requests', '{"number":', { messageId: 'x', replyTo: 'nobody' });
    expect(await requests.ask(Double, { number: 4 })).toEqual({ twice: 8 });
    expect(calls).toBe(1);
  });

  test('nobody handles is a problem', async () => {
    await expect(requests.ask(Unanswered, {})).rejects.toMatchObject({
      code: 'dependency_unavailable',
      status: 503,
    });
  });

  test('can be made by an app that has the bus and no database', async () => {
    @Module({
      imports: [ClockModule.forRoot(), BusModule.forRoot({ service: 'gateway', amqpUrl: rabbit.url })],
    })
    class Gateway {}
    const gateway = await NestFactory.createApplicationContext(Gateway, { logger: false });
    expect(await gateway.get(Requests).ask(Double, { number: 3 })).toEqual({ twice: 6 });
    expect(await gateway.get(Readiness).report()).toEqual({ ready: true, checks: { bus: true } });
    await expect(gateway.get(Outbox).publish(event('berth.x.v1', z.object({})), {})).rejects.toThrow(
      'transaction',
    );
    await gateway.close();
  });

  test('to a service that has no queue fails at once', async () => {
    const startedAt = Date.now();
    await expect(requests.ask(Nowhere, {})).rejects.toBeInstanceOf(RequestUnroutable);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });

  test('without an answer ends at its deadline', async () => {
    onDouble = () => never;
    const startedAt = Date.now();
    await expect(requests.ask(Double, { number: 1 }, { deadlineSeconds: 0.3 })).rejects.toBeInstanceOf(
      RequestTimeout,
    );
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(295);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  test('keeps no place after its deadline, so that handlers that hang keep nobody else from being answered', async () => {
    onDouble = () => never;
    const hanging = Array.from({ length: 250 }, (_, number) =>
      requests.ask(Double, { number }, { deadlineSeconds: 1 }),
    );
    for (const result of await Promise.allSettled(hanging))
      expect(result).toMatchObject({ reason: expect.any(RequestTimeout) });
    onDouble = ({ number }) => ({ twice: number * 2 });
    expect(await requests.ask(Double, { number: 3 })).toEqual({ twice: 6 });
  });

  test('fails at once when the connection breaks, and works when it is back', async () => {
    onDouble = () => never;
    const pending = [1, 2, 3].map((number) => requests.ask(Double, { number }, { deadlineSeconds: 60 }));
    const outcome = Promise.allSettled(pending);
    await eventually(() => calls === 3);
    rabbit.killConnections();
    for (const result of await outcome) expect(result).toMatchObject({ reason: expect.any(BusDisconnected) });
    onDouble = ({ number }) => ({ twice: number * 2 });
    await eventually(async () => expect(await requests.ask(Double, { number: 5 })).toEqual({ twice: 10 }));
  });

  test('taken up after its deadline is dropped: nobody waits for it', async () => {
    await rabbit.publish('', 'billing.requests', '{"number":1}', {
      headers: { 'cloudEvents:id': 'x', 'cloudEvents:type': Double.type, 'berth-deadline': Date.now() - 1 },
    });
    await requests.ask(Double, { number: 1 });
    expect(calls).toBe(1);
  });

  test('of its readiness is answered by every service', async () => {
    const checks = { bus: true, database: true, 'consumes billing.requests': true };
    // Of the connections that a test before has broken, that of the requests may be back before that of the events.
    await eventually(async () =>
      expect(await requests.ask(readinessOf('billing'), {})).toEqual({ ready: true, checks }),
    );
  });

  test('takes no delayed acknowledgement to be answered', async () => {
    const times: number[] = [];
    for (let number = 0; number < 100; number++) {
      const startedAt = performance.now();
      await requests.ask(Double, { number });
      times.push(performance.now() - startedAt);
    }
    expect(times.sort((a, b) => a - b)[50]).toBeLessThan(20);
  });
});
