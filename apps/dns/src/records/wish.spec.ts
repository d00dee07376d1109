import { describe, expect, test } from '@jest/globals';
import { isHostOf } from './wish.ts';

describe('a host of the zone', () => {
  test.each(['atlas.berth.localhost', 'a-1.berth.localhost', 'a.b.berth.localhost'])('%s is one', (host) => {
    expect(isHostOf('berth.localhost', host)).toBe(true);
  });

  test.each([
    ['the zone itself', 'berth.localhost'],
    ['another zone', 'atlas.example.com'],
    ['a zone whose name only ends alike', 'atlas.notberth.localhost'],
    ['a zone that goes on after ours', 'atlas.berth.localhost.example.com'],
    ['a wildcard', '*.berth.localhost'],
    ['upper case', 'Atlas.berth.localhost'],
    ['an empty label', 'atlas..berth.localhost'],
    ['a label that ends with a hyphen', 'atlas-.berth.localhost'],
    ['a label of 64 characters', `${'a'.repeat(64)}.berth.localhost`],
    ['a last dot', 'atlas.berth.localhost.'],
  ])('%s is none', (_, host) => {
    expect(isHostOf('berth.localhost', host)).toBe(false);
  });
});
