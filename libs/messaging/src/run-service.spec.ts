import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type INestMicroservice } from '@nestjs/common';
import { Transactions } from '@berth/mongo';
import { broker, Child, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { Outbox } from './outbox.ts';
import { Requests } from './requests.ts';
import { Think, Work, Worked } from './run-service.fixture.ts';
import { startService } from './service.fixture.ts';

const MAIN = new URL('./run-service.fixture.ts', import.meta.url);

describe('a service process', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let other: INestMicroservice;
  let children: Child[] = [];
  /** Those that can only give up: they take their time, so they start first and are looked at last. */
  let withoutBroker: Child;
  let withoutDatabase: Child;
  let gaveUpAfter: Promise<number[]>;

  const launch = (env: Record<string, string> = {}) =>
    Child.start(MAIN, {
      AMQP_URL: rabbit.url,
      MONGODB_URI: mongo.uri,
      DATABASE: mongo.database,
      ...env,
    });
  function start(): Child {
    const child = launch();
    children.push(child);
    return child;
  }
  const printed = (child: Child, line: string) =>
    eventually(() => expect(child.lines).toContainEqual(expect.stringContaining(line)));
  const order = (seconds: number) =>
    other.get(Transactions).run(() => other.get(Outbox).send(Work, { seconds }));

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    const startedAt = Date.now();
    withoutBroker = launch({ AMQP_URL: 'amqp://berth:hunter2@127.0.0.1:1/' });
    withoutDatabase = launch({ MONGODB_URI: 'mongodb://berth:hunter2@127.0.0.1:1/' });
    gaveUpAfter = Promise.all(
      [withoutBroker, withoutDatabase].map(({ ended }) => ended.then(() => Date.now() - startedAt)),
    );
    const settings = { uri: mongo.uri, database: `${mongo.database}-other` };
    other = await startService({ service: 'gateway', amqpUrl: rabbit.url, database: settings });
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.stop()));
    children = [];
  });
  afterAll(async () => {
    await Promise.all([withoutBroker.stop(), withoutDatabase.stop()]);
    await other.close();
    await rabbit.stop();
    await mongo.stop();
  });

  test('that is stopped in mid-handler finishes, sends what it has to say, and leaves nothing behind', async () => {
    const tap = await rabbit.bindTap('berth.events', Worked.type);
    const child = start();
    await printed(child, 'started');
    await order(1.5);
    const thought = other.get(Requests).ask(Think, { seconds: 1.5 });
    await printed(child, 'working');
    await printed(child, 'thinking');
    child.kill('SIGTERM');
    expect(await thought).toEqual({});
    expect(await child.ended).toBe(0);
    expect(tap.messages).toHaveLength(1);
    expect(await rabbit.queue('billing.commands')).toMatchObject({ messages: 0, consumers: 0 });
    expect(await mongo.connection.collection('outbox').countDocuments()).toBe(0);
  });

  test('that is killed in mid-handler leaves its message to the next one', async () => {
    const tap = await rabbit.bindTap('berth.events', Worked.type);
    const first = start();
    await printed(first, 'started');
    await order(0.5);
    await printed(first, 'working');
    first.kill('SIGKILL');
    await first.ended;
    const second = start();
    await printed(second, 'started');
    await eventually(() => expect(tap.messages).toHaveLength(1));
    expect(second.lines).toContain('working');
  });

  test('that is stopped while it starts, or told so twice, ends cleanly and at once', async () => {
    const waiting = launch({ AMQP_URL: 'amqp://127.0.0.1:1/', BERTH_BUS_PATIENCE_SECONDS: '60' });
    const twice = start();
    children.push(waiting);
    await printed(waiting, 'Starting Nest');
    await printed(twice, 'started');
    waiting.kill('SIGTERM');
    twice.kill('SIGTERM');
    twice.kill('SIGTERM');
    const stopped = Date.now();
    expect(await Promise.all([waiting.ended, twice.ended])).toEqual([expect.anything(), 0]);
    expect(['SIGTERM', 0]).toContain(await waiting.ended);
    expect(Date.now() - stopped).toBeLessThan(5_000);
  });

  test('that cannot reach broker or database says so within 10 s, without the password, and ends with 1', async () => {
    // Two processes have to load first.
    for (const milliseconds of await gaveUpAfter) expect(milliseconds).toBeLessThan(15_000);
    expect(await withoutBroker.ended).toBe(1);
    expect(await withoutDatabase.ended).toBe(1);
    expect(withoutBroker.lines.at(-1)).toContain(
      'billing cannot start: RabbitMQ at amqp://berth:***@127.0.0.1:1/',
    );
    expect(withoutDatabase.lines.at(-1)).toContain(
      'billing cannot start: MongoDB at mongodb://berth:***@127.0.0.1:1/',
    );
    expect([...withoutBroker.lines, ...withoutDatabase.lines].join()).not.toContain('hunter2');
  });
});
