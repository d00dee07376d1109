import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createIndexes, Transactions } from '@berth/mongo';
import { database, eventually, TestClock, type TestDatabase } from '@berth/testing';
import type { Model } from 'mongoose';
import type { Cause, Transition } from './advance.ts';
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

const cause: Cause = { kind: 'actor', id: 'usr_1', text: 'the spec' };
const LEASE_SECONDS = 0.6;

let db: TestDatabase;
let model: Model<Kettle>;
let transactions: Transactions;
let clock: TestClock;
let made: Transition<KettleState>[];
let runners: LifecycleRunner<Kettle, KettleState>[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  db = await database();
  model = db.connection.model<Kettle>('Kettle', kettleSchema);
  transactions = new Transactions(db.connection);
  await createIndexes(db.connection);
});
afterAll(() => db.stop());
beforeEach(() => {
  clock = new TestClock();
  made = [];
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  runners = [];
  await model.deleteMany({});
  await db.connection.collection('aggregate_leases').deleteMany({});
});

const fills: Effect<Kettle> = async () => ({ text: 'filled', store: (doc) => void (doc.filled = true) });
const heats: Effect<Kettle> = async () => ({ text: 'heated', store: (doc) => void (doc.hot = true) });
const idles: Effect<Kettle> = async () => ({ text: 'nothing happened' });

/** A replica of the service. */
function replica(
  effects: Partial<Record<string, Effect<Kettle>>> = {},
): LifecycleRunner<Kettle, KettleState> {
  const runner = new LifecycleRunner<Kettle, KettleState>({
    lifecycle: kettleLifecycle as never,
    effects: { openTap: fills, switchOn: heats, carryAway: idles, ...effects } as never,
    model,
    leases: new Leases(db.connection, { leaseSeconds: LEASE_SECONDS }),
    transactions,
    clock,
    changing: async (_doc, transitions) => {
      transactions.afterCommit(() => void made.push(...transitions.map(({ transition }) => transition)));
    },
  });
  runners.push(runner);
  return runner;
}

const make = (runner: LifecycleRunner<Kettle, KettleState>, fields: Partial<Kettle> = {}) =>
  transactions.run(() => runner.create({ ...newKettle('k1'), ...fields }, cause));
const stored = async () => {
  const doc = await model.findById('k1').lean<Kettle>();
  if (!doc) throw new Error('no kettle');
  return doc;
};
const expectState = (status: KettleState) => eventually(async () => (await stored()).status === status);
const order = (doc: Kettle) => void (doc.wanted = true);

describe('the runner', () => {
  test('leads a document through all its states at once, in gapless numbers', async () => {
    const runner = replica();
    await make(runner);
    await runner.change('k1', cause, order);
    await expectState('hot');
    expect(made.map(({ to }) => to)).toEqual(['cold', 'filling', 'heating', 'hot']);
    expect(made.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(await stored()).toMatchObject({ sequence: 4, nextLookAt: null });
  });

  test('changes nothing when the mutation refuses', async () => {
    const runner = replica();
    await make(runner);
    const refused = runner.change('k1', cause, (doc) => {
      doc.wanted = true;
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await stored()).toMatchObject({ wanted: false, version: 0 });
  });

  test('writes nothing when nothing changed', async () => {
    const runner = replica();
    await make(runner);
    await runner.change('k1', cause);
    expect((await stored()).version).toBe(0);
  });

  test('repeats an effect that failed, later and later', async () => {
    let calls = 0;
    const fails: Effect<Kettle> = async () => {
      calls++;
      throw new Error('no pressure');
    };
    const runner = replica({ openTap: fails });
    await make(runner, { wanted: true });
    await eventually(async () => (await stored()).progress.failures === 1);
    expect((await stored()).progress.error).toBe('Error: no pressure');
    await runner.sweep();
    expect(calls).toBe(1);
    clock.advance(2);
    await runner.sweep();
    await eventually(async () => (await stored()).progress.failures === 2);
    expect((await stored()).nextLookAt?.getTime()).toBeGreaterThan(clock.now().getTime() + 1400);
  });

  test('lets only one replica run an effect at a time', async () => {
    let running = 0;
    let most = 0;
    let finish = () => {};
    const othersHaveTried = new Promise<void>((resolve) => (finish = resolve));
    const slowly: Effect<Kettle> = async () => {
      most = Math.max(most, ++running);
      if (most === 1) await othersHaveTried;
      running--;
      return { text: 'filled', store: (doc) => void (doc.filled = true) };
    };
    const [one, two] = [replica({ openTap: slowly }), replica({ openTap: slowly })];
    await make(one, { wanted: true });
    await eventually(() => running === 1);
    await Promise.all([two.work('k1'), two.sweep(), one.sweep()]);
    finish();
    await expectState('hot');
    expect(most).toBe(1);
  });

  test('takes over from a replica that died in the middle of an effect, and what it still stores is void', async () => {
    let revive = () => {};
    const frozen: Effect<Kettle> = async () => {
      await new Promise<void>((resolve) => (revive = resolve));
      return { text: 'too late', store: (doc) => void doc.ordered.push('late') };
    };
    const dead = replica({ openTap: frozen });
    await make(dead, { wanted: true });
    const survivor = replica();
    await eventually(async () => {
      await survivor.sweep();
      return (await stored()).status === 'hot';
    });
    revive();
    await dead.stop();
    expect((await stored()).ordered).toEqual([]);
    expect(made.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });

  test('tells an effect that an earlier run of it may be done: one that threw, or whose replica died', async () => {
    const seen: (boolean | undefined)[] = [];
    const looks: Effect<Kettle> = async ({ progress }) => {
      seen.push(progress.mayBeDone);
      if (seen.length === 1) return { text: 'refused', error: 'certainly not done' };
      if (seen.length === 2) throw new Error('no answer');
      return { text: 'filled', store: (doc) => void (doc.filled = true) };
    };
    const runner = replica({ openTap: looks });
    await make(runner, { wanted: true });
    await eventually(async () => {
      clock.advance(10);
      await runner.sweep();
      return (await stored()).status === 'hot';
    });
    expect(seen).toEqual([false, false, true]);
    expect((await stored()).progress).toMatchObject({ failures: 0, mayBeDone: false });

    await model.deleteMany({});
    let revive = () => {};
    const frozen = new Promise<never>((_, reject) => (revive = () => reject(new Error('too late'))));
    const dead = replica({ openTap: () => frozen });
    await make(dead, { wanted: true });
    await eventually(async () => {
      await runner.sweep();
      return (await stored()).status === 'hot';
    });
    revive();
    expect(seen).toEqual([false, false, true, true]);
  });

  test('counts as cut off what could not be stored, also when it is alone', async () => {
    const seen: (boolean | undefined)[] = [];
    const unstorable: Effect<Kettle> = async ({ progress }) => {
      seen.push(progress.mayBeDone);
      const store = (doc: Kettle) => {
        if (seen.length === 1) throw new Error('the database is away');
        doc.filled = true;
      };
      return { text: 'filled', store };
    };
    const runner = replica({ openTap: unstorable });
    await make(runner, { wanted: true });
    await eventually(async () => {
      await runner.sweep();
      return (await stored()).status === 'hot';
    });
    expect(seen).toEqual([false, true]);
  });

  test('does not take over from one that is merely slow but alive', async () => {
    const renews: Effect<Kettle> = async (_doc, { save }) => {
      for (let round = 0; round < 5; round++) {
        await new Promise((resolve) => setTimeout(resolve, (LEASE_SECONDS * 1000) / 3));
        await save('still filling', (doc) => void doc.ordered.push(`litre ${round}`));
      }
      return { text: 'filled', store: (doc) => void (doc.filled = true) };
    };
    const slow = replica({ openTap: renews });
    const eager = replica({
      openTap: async () => ({ text: 'stolen', store: (doc) => void doc.ordered.push('stolen') }),
    });
    await make(slow, { wanted: true });
    await eventually(async () => {
      await eager.sweep();
      return (await stored()).status === 'hot';
    });
    expect((await stored()).ordered).toHaveLength(5);
  });

  test('acts on what arrives while an effect runs, once that has ended', async () => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const waits: Effect<Kettle> = async () => {
      await arrived;
      return { text: 'nothing yet', againInSeconds: 1000 };
    };
    const runner = replica({ openTap: waits });
    await make(runner, { wanted: true });
    await runner.change('k1', cause, (doc) => void (doc.filled = true));
    arrive();
    await expectState('hot');
  });

  test('keeps every change when many come at once', async () => {
    const runner = replica();
    await make(runner);
    const names = Array.from({ length: 20 }, (_, at) => `order ${at}`);
    await Promise.all(names.map((name) => runner.change('k1', cause, (doc) => void doc.ordered.push(name))));
    expect((await stored()).ordered.sort()).toEqual(names.sort());
    expect((await stored()).version).toBe(20);
  });

  test('moves what is late when the sweep finds it', async () => {
    const runner = replica({ openTap: idles });
    await make(runner, { wanted: true });
    clock.advance(61);
    await eventually(async () => {
      await runner.sweep();
      expect(await stored()).toMatchObject({ status: 'broken', reason: 'no_water' });
    });
  });

  test('aborts an effect that takes longer than half the lease', async () => {
    const hangs: Effect<Kettle> = (_doc, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    const runner = replica({ openTap: hangs });
    await make(runner, { wanted: true });
    await eventually(async () => (await stored()).progress.failures === 1);
    expect((await stored()).progress.error).toMatch(/^TimeoutError/);
  });
});
