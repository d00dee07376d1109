import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createIndexes, Transactions } from '@berth/mongo';
import { database, eventually, TestClock, type TestDatabase } from '@berth/testing';
import type { Model } from 'mongoose';
import type { Cause } from './advance.ts';
import {
  kettleLifecycle,
  kettleSchema,
  newKettle,
  type Kettle,
  type KettleState,
} from './fixtures/kettle.ts';
import { Leases } from './leases.ts';
import { LifecycleRunner } from './runner.ts';

const cause: Cause = { kind: 'actor', id: 'usr_1', text: 'the spec' };
const LINE = 'tap water';

let db: TestDatabase;
let model: Model<Kettle>;
let transactions: Transactions;
/** Calls that are granted from now on. */
let granted: number;
let asked: number;
/** Kettles that were filled, in order. */
let filled: string[];
let replicas: LifecycleRunner<Kettle, KettleState>[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  db = await database();
  model = db.connection.model<Kettle>('Kettle', kettleSchema);
  transactions = new Transactions(db.connection);
  await createIndexes(db.connection);
});
afterAll(() => db.stop());
beforeEach(() => {
  granted = asked = 0;
  filled = [];
});
afterEach(async () => {
  await stopAll();
  await model.deleteMany({});
});

async function stopAll() {
  await Promise.all(replicas.map((replica) => replica.stop()));
  replicas = [];
}

function replica(): LifecycleRunner<Kettle, KettleState> {
  const runner = new LifecycleRunner<Kettle, KettleState>({
    lifecycle: kettleLifecycle as never,
    effects: {
      openTap: async ({ _id }: Kettle) => {
        filled.push(_id);
        return { text: 'filled', store: (doc: Kettle) => void (doc.filled = true) };
      },
      switchOn: async () => ({ text: 'heated', store: (doc: Kettle) => void (doc.hot = true) }),
      carryAway: async () => ({ text: 'nothing happened' }),
    } as never,
    model,
    leases: new Leases(db.connection),
    transactions,
    clock: new TestClock(),
    fairBy: 'owner',
    lines: { of: (effect) => (effect === 'openTap' ? LINE : null), allowance: { take } },
  });
  replicas.push(runner);
  return runner;
}

async function take(): Promise<{ waitSeconds: number }> {
  asked++;
  if (granted > 0) return { waitSeconds: granted-- && 0 };
  return { waitSeconds: 0.02 };
}

const order = (runner: LifecycleRunner<Kettle, KettleState>, owner: string, _id: string) =>
  transactions.run(() => runner.create({ ...newKettle(_id), owner, wanted: true }, cause));
const waiting = () => model.countDocuments({ 'progress.waitsIn': LINE });

async function crowd(runner: LifecycleRunner<Kettle, KettleState>, owner: string, count: number) {
  for (let number = 0; number < count; number++)
    await order(runner, owner, `${owner}-${String(number).padStart(3, '0')}`);
  await eventually(async () => expect(await waiting()).toBe(count));
}

/** Grants one call, and waits until somebody has had it. */
async function grant(): Promise<void> {
  const before = filled.length;
  granted++;
  await eventually(() => expect(filled).toHaveLength(before + 1));
}

describe('a line for a scarce call', () => {
  test('is served owner by owner, so that one is not behind a hundred of somebody else', async () => {
    const runner = replica();
    await crowd(runner, 'greedy', 100);
    await grant();
    await order(runner, 'small', 'small-000');
    await grant();
    await grant();
    expect(filled).toEqual(['greedy-000', 'small-000', 'greedy-001']);
  });

  test('is asked for by one for all, however many stand in it', async () => {
    await crowd(replica(), 'greedy', 50);
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 200));
    // One question each 20 ms, not one of each.
    expect(asked - before).toBeLessThan(15);
  });

  test('outlives the process, and calls nobody twice when two replicas serve it', async () => {
    await crowd(replica(), 'greedy', 20);
    await stopAll();
    const [one, two] = [replica(), replica()];
    await Promise.all([one.sweep(), two.sweep()]);
    granted = 20;
    await eventually(async () => {
      await Promise.all([one.sweep(), two.sweep()]);
      expect(filled).toHaveLength(20);
    });
    expect(new Set(filled).size).toBe(20);
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  test('is left by a document that moves on', async () => {
    const runner = replica();
    await crowd(runner, 'greedy', 2);
    await runner.change('greedy-000', cause, (doc) => void (doc.filled = true));
    expect(await waiting()).toBe(1);
    await grant();
    expect(filled).toEqual(['greedy-001']);
  });

  test('is not there while calls are free', async () => {
    granted = 3;
    const runner = replica();
    for (const id of ['a', 'b', 'c']) await order(runner, 'small', id);
    await eventually(() => expect(filled).toHaveLength(3));
    expect(asked).toBe(3);
  });
});
