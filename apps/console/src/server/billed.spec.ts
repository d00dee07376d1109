import { expect, test } from '@jest/globals';
import { billedNow } from './billed.ts';

const operation = { id: 'op_1', type: 'launch', status: 'running' } as const;

test('what never ran costs nothing, what is paused its disk, what is on all of it', () => {
  expect(billedNow({ status: 'configuring', reason: null, operation })).toBe('nothing');
  expect(billedNow({ status: 'failed', reason: null, operation: null })).toBe('nothing');
  expect(billedNow({ status: 'running', reason: null, operation: null })).toBe('compute_and_disk');
  expect(billedNow({ status: 'paused', reason: null, operation: null })).toBe('disk');
  expect(
    billedNow({ status: 'configuring', reason: null, operation: { ...operation, type: 'resume' } }),
  ).toBe('disk');
  expect(billedNow({ status: 'unavailable', reason: 'app_silent', operation: null })).toBe(
    'compute_and_disk',
  );
  expect(billedNow({ status: 'unavailable', reason: 'host_failed', operation: null })).toBe('disk');
});
