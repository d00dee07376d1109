import { createHash } from 'node:crypto';

/**
 * Chance that can be had again: the same seed gives the same numbers in the same order. What is decided in different
 * places draws from forks of different names, so that one drawing more or less does not change the others. That
 * makes workload and fault script repeatable; how the processes interleave is the world's.
 */
export class Random {
  readonly seed: string;
  /** State of sfc32, Chris Doty-Humphrey's small fast counting generator; passes PractRand. */
  private readonly state: Uint32Array;

  constructor(seed: string) {
    this.seed = seed;
    const digest = createHash('sha256').update(seed).digest();
    this.state = Uint32Array.from([0, 4, 8, 12], (at) => digest.readUInt32LE(at));
  }

  /** A generator of its own that depends on this one's seed and the name alone. */
  fork(name: string): Random {
    return new Random(`${this.seed}/${name}`);
  }

  /** At least 0, less than 1. */
  next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.state;
    const result = (a + b + counter) >>> 0;
    this.state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + result, counter + 1]);
    return result / 2 ** 32;
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** Time to the next event of a Poisson process with events so far apart on average. */
  interval(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }

  /** One of them; throws when there is none. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.next() * items.length)];
    if (items.length === 0) throw new Error('There is nothing to pick from');
    return item as Item;
  }

  /** One of them, each as often as its weight says. */
  weighted<Item extends { weight: number }>(items: readonly Item[]): Item {
    const total = items.reduce((sum, { weight }) => sum + weight, 0);
    let rest = this.next() * total;
    return items.find(({ weight }) => (rest -= weight) < 0) ?? this.pick(items);
  }
}
