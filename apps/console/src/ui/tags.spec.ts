import { expect, test } from '@jest/globals';
import { problemOf, tagsOf, textsOf } from './tags.ts';

test('tags are written and read as key=value, or as a key alone', () => {
  expect(tagsOf(['env=test', 'team = maps ', 'url=a=b', 'mine', 'env=live'])).toEqual({
    env: 'live',
    team: 'maps',
    url: 'a=b',
    mine: '',
  });
  expect(textsOf({ env: 'live', mine: '' })).toEqual(['env=live', 'mine']);
});

test('what the API would refuse is said before', () => {
  expect(problemOf(['env=test', 'a:b/c.d-e_f'])).toBeNull();
  expect(problemOf(['=x'])).toContain('“=x”');
  expect(problemOf(['two words'])).toContain('two words');
  expect(problemOf([`a=${'x'.repeat(256)}`])).toContain('255');
  expect(problemOf(Array.from({ length: 21 }, (_, at) => `t${at}`))).toContain('20');
});
