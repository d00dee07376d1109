import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { command, event, request, type DataOf } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import type { MessageContext } from './context.ts';
import { OnCommand, OnEvent, OnRequest } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { Requests } from './requests.ts';
import { startService } from './service.fixture.ts';

const Data = z.object({ key: z.string().optional() });
const Said = event('berth.in-turn-spec.said.v1', Data);
const Order = command('billing', 'berth.billing.in-turn-spec-order.v1', Data);
const Ask = request('billing', 'berth.billing.in-turn-spec-ask.v1', Data, z.object({}), 'public');

/** How many run now, by key, and the most there were. */
let running: Map<string, number>;
let most: Map<string, number>;
let handled: number;

async function work({ key = 'none' }: DataOf<typeof Said>): Promise<Record<string, never>> {
  const now = (running.get(key) ?? 0) + 1;
  running.set(key, now);
  most.set(key, Math.max(most.get(key) ?? 0, now));
  await sleep(10);
  running.set(key, now - 1);
  handled++;
  return {};
}

@Controller()
class InTurn {
  @OnEvent(Said, { inTurn: (event) => event.key })
  said(data: DataOf<typeof Said>) {
    return work(data);
  }

  @OnCommand(Order, { inTurn: (order) => order.key })
  order(data: DataOf<typeof Order>) {
    return work(data);
  }

  @OnRequest(Ask, {
    idempotent: true,
    inTurn: (question, { accountId }: MessageContext) => accountId ?? question.key,
  })
  ask(data: DataOf<typeof Ask>) {
    return work(data);
  }
}

describe('handlers that run in turn', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;

  const send = (count: number, key?: string) =>
    app.get(Transactions).run(async () => {
      for (let number = 0; number < count; number++) {
        await app.get(Outbox).publish(Said, { key });
        await app.get(Outbox).send(Order, { key });
      }
    });
  const ask = (count: number, accountId: string) =>
    Promise.all(
      Array.from({ length: count }, () => app.get(Requests).ask(Ask, { key: accountId }, { accountId })),
    );

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [InTurn] });
  });
  afterAll(async () => {
    await app.close();
    await rabbit.stop();
    await mongo.stop();
  });
  beforeEach(() => {
    running = new Map();
    most = new Map();
    handled = 0;
  });

  test('run one at a time for a key, be they of an event, a command or a request', async () => {
    await Promise.all([send(8, 'acc_1'), ask(8, 'acc_1')]);
    await eventually(() => expect(handled).toBe(24));
    expect(most.get('acc_1')).toBe(1);
  });

  test('wait for no other key, and for nobody without one', async () => {
    await Promise.all([send(8, 'acc_1'), ask(8, 'acc_2'), send(8)]);
    await eventually(() => expect(handled).toBe(40));
    expect([most.get('acc_1'), most.get('acc_2')]).toEqual([1, 1]);
    expect(most.get('none')).toBeGreaterThan(1);
  });
});
