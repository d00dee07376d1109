import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Readiness } from './readiness.ts';

describe('a service', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('without conditions is ready', async () => {
    expect(await new Readiness().report()).toEqual({ ready: true, checks: {} });
  });

  test('is ready when all conditions hold, and says which does not', async () => {
    const readiness = new Readiness();
    readiness.add('bus', () => true);
    readiness.add('database', async () => true);
    expect((await readiness.report()).ready).toBe(true);
    readiness.add('catalog', () => false);
    expect(await readiness.report()).toEqual({
      ready: false,
      checks: { bus: true, database: true, catalog: false },
    });
  });

  test('is not ready while a check throws or does not answer within 2 s', async () => {
    jest.useFakeTimers();
    const readiness = new Readiness();
    readiness.add('throws', () => {
      throw new Error('no');
    });
    readiness.add('rejects', () => Promise.reject(new Error('no')));
    readiness.add('hangs', () => new Promise<boolean>(() => {}));
    const report = readiness.report();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await report).toEqual({
      ready: false,
      checks: { throws: false, rejects: false, hangs: false },
    });
  });
});
