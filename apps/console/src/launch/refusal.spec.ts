import { expect, test } from '@jest/globals';
import { Problem } from '../api/problem.ts';
import { refusalOf } from './refusal.ts';

test('a limit is said with its figures and what to do', () => {
  const problem = new Problem(422, { code: 'quota_exceeded', resource: 'vcpu', limit: 8, used: 6 });
  expect(refusalOf(problem).text).toMatch(/8 vCPUs at once, and 6 are in use.*terminate/);
});

test('a budget that is used up is said with what to do', () => {
  const { text, fields } = refusalOf(new Problem(409, { code: 'budget_exceeded' }));
  expect(text).toMatch(/budget for this month is used up.*raised, or the month is over/);
  expect(fields).toEqual({});
});

test('what is wrong with a field is said at the field', () => {
  expect(refusalOf(new Problem(409, { code: 'hostname_taken' })).fields['hostname']).toContain('taken');
  const errors = [
    { pointer: '/diskGib', detail: 'must be between 8 and 9' },
    { pointer: '/tags/a', detail: 'too long' },
  ];
  expect(refusalOf(new Problem(422, { code: 'unknown_offer', errors })).fields).toEqual({
    diskGib: 'must be between 8 and 9',
    tags: 'too long',
  });
});
