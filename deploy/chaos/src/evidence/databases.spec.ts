import { expect, test } from '@jest/globals';
import { newId } from '@berth/mongo';
import { madeAt } from './databases.ts';

test('an id tells when it was made', () => {
  const before = Date.now();
  const made = madeAt(newId('msg'));
  expect(made).toBeGreaterThanOrEqual(before);
  expect(made).toBeLessThanOrEqual(Date.now());
});
