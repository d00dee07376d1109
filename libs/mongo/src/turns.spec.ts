import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Turns } from './turns.ts';

/** Work that ends when told to, and says how often it began. */
function heldWork() {
  const begun: { key: string; end: (error?: Error) => void }[] = [];
  const turns = new Turns(
    (key) =>
      new Promise((resolve, reject) =>
        begun.push({ key, end: (error) => (error ? reject(error) : resolve()) }),
      ),
  );
  return { begun, turns };
}

describe('turns', () => {
  test('of one key never overlap, and those who ask during one share the next', async () => {
    const { begun, turns } = heldWork();
    const first = turns.take('a');
    await turnOfTheLoop();
    const [second, third] = [turns.take('a'), turns.take('a')];
    await turnOfTheLoop();
    expect(begun).toHaveLength(1);
    begun[0]?.end();
    await first;
    await turnOfTheLoop();
    expect(begun).toHaveLength(2);
    begun[1]?.end();
    await Promise.all([second, third]);
    expect(begun).toHaveLength(2);
  });

  test('of different keys do not wait for each other', async () => {
    const { begun, turns } = heldWork();
    void turns.take('a');
    void turns.take('b');
    await turnOfTheLoop();
    expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('that fail fail for those who share them, and the next one is taken all the same', async () => {
    const { begun, turns } = heldWork();
    const failing = turns.take('a');
    await turnOfTheLoop();
    const next = turns.take('a');
    begun[0]?.end(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    await turnOfTheLoop();
    begun[1]?.end();
    await expect(next).resolves.toBeUndefined();
  });
});
