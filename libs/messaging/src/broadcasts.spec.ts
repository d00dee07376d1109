import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { event, type DataOf } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import { Readiness } from '@berth/telemetry';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import { Broadcasts } from './broadcasts.ts';
import { Bus } from './bus.ts';
import { currentMessage } from './context.ts';
import { OnBroadcast, OnEvent } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { startService } from './service.fixture.ts';

const Said = event('berth.broadcasts-spec.said.v1', z.object({ number: z.number() }));

@Controller()
class Listener {
  readonly heard: number[] = [];
  gaps = 0;
  during: (number: number) => Promise<void> | void = () => {};

  constructor(broadcasts: Broadcasts) {
    broadcasts.onReattached(() => this.gaps++);
  }

  @OnBroadcast(Said)
  async said({ number }: DataOf<typeof Said>) {
    expect(currentMessage()?.type).toBe(Said.type);
    await this.during(number);
    this.heard.push(number);
  }
}

const once: number[] = [];

@Controller()
class Sharer {
  @OnEvent(Said)
  said({ number }: DataOf<typeof Said>) {
    once.push(number);
  }
}

describe('a broadcast', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let speaker: INestMicroservice;
  let replicas: INestMicroservice[];
  let listeners: Listener[];

  const say = (...numbers: number[]) =>
    speaker.get(Transactions).run(async () => {
      for (const number of numbers) await speaker.get(Outbox).publish(Said, { number });
    });
  const sayInOrder = async (...numbers: number[]) => {
    for (const number of numbers) {
      await rabbit.publish('berth.events', Said.type, JSON.stringify({ number }), {
        type: Said.type,
        headers: { 'cloudEvents:id': `msg_${number}`, 'cloudEvents:type': Said.type },
      });
    }
  };
  const startReplica = () =>
    startService({ service: 'gateway', amqpUrl: rabbit.url, controllers: [Listener] });
  const broadcastQueues = async () =>
    (await rabbit.queues()).filter((name) => name.startsWith('gateway.broadcasts.'));

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    speaker = await startService({
      amqpUrl: rabbit.url,
      database: mongo,
      controllers: [Listener, Sharer],
    });
  });
  afterAll(async () => {
    await speaker.close();
    await rabbit.stop();
    await mongo.stop();
  });
  beforeEach(async () => {
    replicas = await Promise.all([startReplica(), startReplica()]);
    listeners = replicas.map((replica) => replica.get(Listener));
    once.length = 0;
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  const heard = () => listeners.map((listener) => listener.heard);

  test('is heard by every replica, with a database or without, beside the handler they share', async () => {
    await say(1);
    await eventually(() =>
      expect([...heard(), speaker.get(Listener).heard, once]).toEqual([[1], [1], [1], [1]]),
    );
  });

  test('is heard in the order in which it was said, also when one takes longer', async () => {
    for (const listener of listeners)
      listener.during = (number) =>
        number === 2 ? new Promise((resolve) => setTimeout(resolve, 50)) : undefined;
    await sayInOrder(1, 2, 3, 4);
    await eventually(() =>
      expect(heard()).toEqual([
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ]),
    );
  });

  test('is said without a database too, to whoever listens, the speaker among them', async () => {
    for (const number of [1, 2, 3]) replicas[0]?.get(Broadcasts).say(Said, { number });
    await eventually(() =>
      expect(heard()).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]),
    );
    expect(() => replicas[0]?.get(Broadcasts).say(Said, { number: 'four' as never })).toThrow();
  });

  test('that is said while broadcasts do not arrive reaches nobody and harms nobody', async () => {
    rabbit.killConnections();
    await eventually(() => expect(replicas[0]?.get(Broadcasts).attached).toBe(false));
    replicas[0]?.get(Broadcasts).say(Said, { number: 1 });
    await eventually(() =>
      expect(replicas.map((replica) => replica.get(Broadcasts).attached)).toEqual([true, true]),
    );
    replicas[0]?.get(Broadcasts).say(Said, { number: 2 });
    await eventually(() => expect(heard()).toEqual([[2], [2]]));
  });

  test('that cannot be read or handled is dropped and holds up none', async () => {
    for (const listener of listeners)
      listener.during = (number) => {
        if (number === 2) throw new Error('not this one');
      };
    await rabbit.publish('berth.events', Said.type, 'no JSON');
    await sayInOrder(1, 2, 3);
    await eventually(() =>
      expect(heard()).toEqual([
        [1, 3],
        [1, 3],
      ]),
    );
  });

  test('may be missed while the connection is away, and the replica is told so', async () => {
    for (let round = 1; round <= 3; round++) {
      rabbit.killConnections();
      await eventually(async () => {
        const reports = await Promise.all(replicas.map((replica) => replica.get(Readiness).report()));
        expect(reports.map(({ checks }) => checks['hears broadcasts'])).toEqual([false, false]);
      });
      await eventually(() => expect(listeners.map(({ gaps }) => gaps)).toEqual([round, round]));
      await eventually(() =>
        expect(replicas.map((replica) => replica.get(Broadcasts).attached)).toEqual([true, true]),
      );
      await sayInOrder(round);
    }
    await eventually(() =>
      expect(heard()).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]),
    );
  });

  test('is heard again after the queue was deleted', async () => {
    const [queue = ''] = await broadcastQueues();
    for (const replica of replicas) {
      const deletion = replica.get(Bus).requests.withChannel((channel) => channel.deleteQueue(queue));
      await deletion.catch(() => {});
    }
    await eventually(() => expect(listeners.map(({ gaps }) => gaps).sort()).toEqual([0, 1]));
    await sayInOrder(1);
    await eventually(() => expect(heard()).toEqual([[1], [1]]));
  });

  test('leaves no queue behind when a replica stops', async () => {
    expect(await broadcastQueues()).toHaveLength(2);
    await Promise.all(replicas.map((replica) => replica.close()));
    await eventually(async () => expect(await broadcastQueues()).toEqual([]));
    replicas = [];
  });
});
