import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { TookTooLong } from './time-limit.ts';
import { Turns } from './turns.ts';

describe('turns', () => {
  let turns: Turns;
  let log: string[];
  let ends: Map<string, (error?: Error) => void>;

  /** Asks for a turn; its work ends when told to. */
  const ask = (name: string, key: string | undefined, patienceSeconds = 60) =>
    turns.take(key, patienceSeconds, async () => {
      log.push(name);
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      ends.set(name, (error) => (error ? reject(error) : resolve(undefined)));
      await promise;
      return name;
    });
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error);
    await turnOfTheLoop();
  };

  beforeEach(() => {
    turns = new Turns();
    log = [];
    ends = new Map();
  });

  test('of one key come one after the other, in the order in which they were asked for', async () => {
    const asked = ['first', 'second', 'third'].map((name) => ask(name, 'a'));
    await turnOfTheLoop();
    expect(log).toEqual(['first']);
    await end('first');
    expect(log).toEqual(['first', 'second']);
    await end('second');
    await end('third');
    expect(await Promise.all(asked)).toEqual(['first', 'second', 'third']);
  });

  test('of different keys, and without one, wait for nobody', async () => {
    for (const [index, key] of ['a', 'b', undefined, undefined].entries()) void ask(String(index), key);
    await turnOfTheLoop();
    expect(log).toEqual(['0', '1', '2', '3']);
  });

  test('that fail let the next one begin', async () => {
    const failing = ask('first', 'a');
    void ask('second', 'a');
    await turnOfTheLoop();
    await Promise.all([expect(failing).rejects.toThrow('no'), end('first', new Error('no'))]);
    expect(log).toEqual(['first', 'second']);
  });

  test('that do not come in time are given up, and those behind still wait for those before', async () => {
    void ask('first', 'a');
    const impatient = ask('second', 'a', 0.01);
    void ask('third', 'a');
    await expect(impatient).rejects.toBeInstanceOf(TookTooLong);
    expect(log).toEqual(['first']);
    await end('first');
    expect(log).toEqual(['first', 'third']);
  });
});
