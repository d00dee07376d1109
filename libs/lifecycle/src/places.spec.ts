import { describe, expect, test } from '@jest/globals';
import { Places } from './places.ts';

/** Work that ends when it is told to. */
class Crowd {
  readonly begun: string[] = [];
  private readonly ends: (() => void)[] = [];

  constructor(private readonly places: Places) {}

  add(key: string, count = 1): Promise<void>[] {
    return Array.from({ length: count }, () => this.places.run(key, () => this.work(key)));
  }

  async endOne(): Promise<void> {
    this.ends.shift()?.();
    await new Promise(setImmediate);
  }

  private work(key: string): Promise<void> {
    this.begun.push(key);
    return new Promise((end) => this.ends.push(end));
  }
}

const settled = () => new Promise(setImmediate);

describe('places', () => {
  test('are left free by one key for the others', async () => {
    const crowd = new Crowd(new Places(4, 2));
    crowd.add('greedy', 1000);
    await settled();
    expect(crowd.begun).toEqual(['greedy', 'greedy']);
    crowd.add('small');
    await settled();
    expect(crowd.begun).toEqual(['greedy', 'greedy', 'small']);
  });

  test('go round among the keys that wait', async () => {
    const crowd = new Crowd(new Places(1, 1));
    crowd.add('a', 3);
    crowd.add('b', 2);
    crowd.add('c');
    for (let count = 0; count < 6; count++) await crowd.endOne();
    expect(crowd.begun).toEqual(['a', 'a', 'b', 'c', 'a', 'b']);
  });

  test('become free when work fails', async () => {
    const places = new Places(1, 1);
    const failed = places.run('a', () => Promise.reject(new Error('no')));
    const next = places.run('a', async () => 'done');
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('done');
  });
});
