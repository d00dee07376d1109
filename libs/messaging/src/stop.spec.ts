import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { event, request, type DataOf } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import { RequestUnattended } from './errors.ts';
import { OnEvent, OnRequest } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { Requests } from './requests.ts';
import { startService } from './service.fixture.ts';
import { Stopping } from './stopping.ts';

const Numbered = z.object({ number: z.number() });
const Happened = event('berth.stop-spec.happened.v1', Numbered);
const Double = request(
  'billing',
  'berth.billing.stop-spec.v1',
  Numbered,
  z.object({ twice: z.number() }),
  'public',
);

/** Every time that a handler was begun. */
let begun: number[] = [];
let during: (number: number, stopping: AbortSignal) => Promise<unknown>;

@Controller()
class Worker {
  constructor(private readonly stopping: Stopping) {}

  @OnEvent(Happened)
  async happened({ number }: DataOf<typeof Happened>) {
    begun.push(number);
    await during(number, this.stopping.signal);
  }

  @OnRequest(Double)
  async double({ number }: DataOf<typeof Double>) {
    begun.push(number);
    await during(number, this.stopping.signal);
    return { twice: number * 2 };
  }
}

describe('a stop', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let asker: INestMicroservice;
  let replicas: INestMicroservice[] = [];

  async function replica(): Promise<INestMicroservice> {
    const parts = { amqpUrl: rabbit.url, database: mongo, controllers: [Worker], drainTimeoutSeconds: 1 };
    const app = await startService(parts);
    replicas.push(app);
    return app;
  }
  const stop = async (app: INestMicroservice) => {
    replicas = replicas.filter((each) => each !== app);
    await app.close();
  };
  const publish = (numbers: number[]) =>
    asker.get(Transactions).run(async () => {
      for (const number of numbers) await asker.get(Outbox).publish(Happened, { number });
    });
  const ask = (number: number, deadlineSeconds = 10) =>
    asker.get(Requests).ask(Double, { number }, { deadlineSeconds });
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    const settings = { uri: mongo.uri, database: `${mongo.database}-asker` };
    asker = await startService({ service: 'gateway', amqpUrl: rabbit.url, database: settings });
  });
  beforeEach(() => {
    begun = [];
    during = async () => {};
  });
  afterEach(async () => {
    await Promise.all(replicas.map(stop));
  });
  afterAll(async () => {
    await asker.close();
    await rabbit.stop();
    await mongo.stop();
  });

  test('under load begins nothing twice and leaves nothing unanswered: the other replica goes on', async () => {
    const [first] = [await replica(), await replica()];
    during = () => sleep(20);
    const events = upTo(300);
    const answers = Promise.all(upTo(300).map((number) => ask(1_000 + number)));
    await publish(events);
    await eventually(() => begun.length > 100);
    await stop(first);
    expect((await answers).map(({ twice }) => twice / 2 - 1_000)).toEqual(upTo(300));
    await eventually(() => expect(begun.length).toBeGreaterThanOrEqual(600));
    expect(begun.toSorted((a, b) => a - b)).toEqual([...events, ...upTo(300).map((one) => 1_000 + one)]);
  });

  test('is told to handlers that wait, so that they answer with what there is', async () => {
    const first = await replica();
    during = (_, stopping) => sleep(60_000, undefined, { signal: stopping }).catch(() => {});
    const answer = ask(1, 60);
    await eventually(() => begun.length === 1);
    const stopped = stop(first);
    expect(await answer).toEqual({ twice: 2 });
    await stopped;
  });

  test('leaves a stuck handler behind when its time is over; another replica handles the message', async () => {
    const first = await replica();
    let attempts = 0;
    during = () => (++attempts === 1 ? new Promise(() => {}) : Promise.resolve());
    await publish([7]);
    await eventually(() => begun.length === 1);
    await replica();
    const startedAt = performance.now();
    await stop(first);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await eventually(() => expect(begun).toEqual([7, 7]));
  });
});

describe('a request whose service is away', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let asker: INestMicroservice;
  const service = () => startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Worker] });
  const ask = () => asker.get(Requests).ask(Double, { number: 1 }, { deadlineSeconds: 30 });

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    asker = await startService({ service: 'gateway', amqpUrl: rabbit.url });
    during = async () => {};
    await (await service()).close();
  });
  afterAll(async () => {
    await asker.close();
    await rabbit.stop();
    await mongo.stop();
  });

  test('fails soon, not at its deadline', async () => {
    const startedAt = performance.now();
    await expect(ask()).rejects.toBeInstanceOf(RequestUnattended);
    expect(performance.now() - startedAt).toBeGreaterThan(1_900);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test('for a moment only is answered', async () => {
    const answer = ask();
    const app = await service();
    expect(await answer).toEqual({ twice: 2 });
    await app.close();
  });

  test('but is at work on it waits: a service that leaves still answers what it has taken', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
    const app = await service();
    begun = [];
    during = () => released;
    const answer = ask();
    await eventually(() => begun.length === 1);
    const stopped = app.close();
    await sleep(3_000);
    release(undefined);
    expect(await answer).toEqual({ twice: 2 });
    await stopped;
  });
});
