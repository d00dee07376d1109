import { randomBytes } from 'node:crypto';
import type { Store } from './store.ts';

/** Randomness that a seed repeats. Every start of the process draws from a sequence of its own, so ids stay unique. */
export class Random {
  #state: number;

  constructor(store: Store, seed: string = randomBytes(8).toString('hex')) {
    const starts = store.table<number>('starts');
    const start = (starts.get('count') ?? 0) + 1;
    starts.put('count', start);
    this.#state = hash(`${seed}/${start}`);
  }

  /** Uniform in [0, 1): mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  happens(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  hex(length: number): string {
    return Array.from({ length }, () => this.integer(0, 15).toString(16)).join('');
  }

  /** `i-0a1b…`: AWS's 17 digits. */
  id(prefix: string): string {
    return `${prefix}-0${this.hex(16)}`;
  }

  uuid(): string {
    return this.hex(32).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
  }
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}
