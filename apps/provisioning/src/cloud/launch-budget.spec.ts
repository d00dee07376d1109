import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createIndexes } from '@berth/mongo';
import { database, TestClock, type TestDatabase } from '@berth/testing';
import { LaunchBudgetModel, type BudgetDocument } from './launch-budget.model.ts';
import { LaunchBudget } from './launch-budget.ts';

let db: TestDatabase;
let clock: TestClock;
let replicas: [LaunchBudget, LaunchBudget];

beforeAll(async () => {
  db = await database();
  const model = db.connection.model<BudgetDocument>(LaunchBudgetModel.name, LaunchBudgetModel.schema);
  await createIndexes(db.connection);
  clock = new TestClock();
  replicas = [new LaunchBudget(model, clock), new LaunchBudget(model, clock)];
});
afterAll(() => db.stop());

/** How many calls both replicas get in a region when each asks so often at once. */
async function granted(region: string, times: number): Promise<number> {
  const asked = Array.from({ length: times }, () =>
    replicas.map((replica) => replica.take(region, 'launch')),
  );
  const answers = await Promise.all(asked.flat());
  return answers.filter(({ waitSeconds }) => waitSeconds === 0).length;
}

describe('calls of RunInstances', () => {
  test('never pass the bucket, however many replicas ask at once, and one is kept for terminates', async () => {
    let launches = 0;
    for (let round = 0; round < 10; round++) launches += await granted('eu-central-1', 4);
    expect(launches).toBe(4);
    expect(await replicas[0].take('eu-central-1', 'terminate')).toEqual({ waitSeconds: 0 });
    expect((await replicas[1].take('eu-central-1', 'terminate')).waitSeconds).toBeGreaterThan(0);
  });

  test('come back at two per second, and each region has its own', async () => {
    clock.advance(2);
    expect((await replicas[0].take('eu-central-1', 'launch')).waitSeconds).toBe(0);
    expect((await replicas[0].take('us-east-1', 'launch')).waitSeconds).toBe(0);
  });

  test('say when to ask again', async () => {
    for (let call = 0; call < 4; call++) await replicas[0].take('ca-central-1', 'launch');
    const { waitSeconds } = await replicas[0].take('ca-central-1', 'launch');
    expect(waitSeconds).toBeGreaterThanOrEqual(0.5);
    expect(waitSeconds).toBeLessThan(1);
  });
});
