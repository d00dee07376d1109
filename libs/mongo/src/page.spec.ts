import { expect, test } from '@jest/globals';
import { pageOf } from './page.ts';

const listOf = (found: string[], limit: number) =>
  pageOf(found, limit, { item: (name) => name.toUpperCase(), cursor: (last) => `after ${last}` });

test('a page that is not the last ends with a cursor of its own last item', () => {
  expect(listOf(['a', 'b', 'c'], 2)).toEqual({ items: ['A', 'B'], nextCursor: 'after b' });
});

test('a last page that is full leads nowhere', () => {
  expect(listOf(['a', 'b'], 2)).toEqual({ items: ['A', 'B'], nextCursor: null });
  expect(listOf([], 2)).toEqual({ items: [], nextCursor: null });
});
