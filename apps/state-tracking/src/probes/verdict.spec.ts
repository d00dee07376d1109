import { expect, test } from '@jest/globals';
import { verdict, type Start } from './verdict.ts';

const start: Start = { instanceId: 'i-1', ip: '127.0.1.1', launchedAt: new Date(1) };
const published = (healthy: boolean, of: Start = start) => ({ _id: 'srv_1', ...of, healthy, revision: 1 });

test('a first answer is news, a second is not', () => {
  expect(verdict(undefined, start, 0)).toBe(true);
  expect(verdict(published(true), start, 0)).toBeUndefined();
});

test('only the third miss in a row makes a server unhealthy', () => {
  expect([1, 2, 3, 4].map((misses) => verdict(published(true), start, misses))).toEqual([
    undefined,
    undefined,
    false,
    false,
  ]);
  expect(verdict(published(false), start, 4)).toBeUndefined();
});

test('an unhealthy server is healthy with its first answer', () => {
  expect(verdict(published(false), start, 0)).toBe(true);
});

test.each([
  ['another launch', { ...start, launchedAt: new Date(2) }],
  ['another address', { ...start, ip: '127.0.1.2' }],
  ['another instance', { ...start, instanceId: 'i-2' }],
])('after %s the answer is news again', (_, earlier) => {
  expect(verdict(published(true, earlier), start, 0)).toBe(true);
});
