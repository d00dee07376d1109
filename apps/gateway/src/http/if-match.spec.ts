import { expect, test } from '@jest/globals';
import { readIfMatch } from './if-match.ts';

test.each([
  [undefined, undefined],
  ['*', ['*']],
  ['"a"', ['"a"']],
  ['""', ['""']],
  ['W/"a"', ['W/"a"']],
  ['"a", W/"b" ,,"c,d"', ['"a"', 'W/"b"', '"c,d"']],
])('If-Match: %s names %j', (header, tags) => {
  expect(readIfMatch(header)).toEqual(tags);
});

test.each(['', ' ', ',', 'a', '"a', '*, "a"', 'w/"a"', '"a b"', '"a" b', "'a'"])(
  'If-Match: %s is not one',
  (header) => {
    expect(() => readIfMatch(header)).toThrow('double quotes');
  },
);

test('a long header that is wrong at its end is refused at once', () => {
  const started = performance.now();
  expect(() => readIfMatch(`${'"a" , '.repeat(2_500)}x`)).toThrow('double quotes');
  expect(performance.now() - started).toBeLessThan(100);
});
