import { expect, test } from '@jest/globals';
import { obstacleTo } from './allowed.ts';

const running = { status: 'running', reason: null, operation: null, protected: false } as const;

test('what the status allows is allowed, and the rest says why not', () => {
  expect(obstacleTo('pause', running)).toBeNull();
  expect(obstacleTo('restart', { ...running, status: 'unavailable', reason: 'app_silent' })).toBeNull();
  expect(obstacleTo('resume', { ...running, status: 'paused' })).toBeNull();
  expect(obstacleTo('resume', running)).toBe('Not possible while it is running');
  expect(obstacleTo('pause', { ...running, status: 'unavailable', reason: 'host_failed' })).toContain('lost');
});

test('while an operation runs nothing else begins, but a server can always be terminated', () => {
  const operation = { id: 'op_1', type: 'restart', status: 'running' } as const;
  expect(obstacleTo('pause', { ...running, operation })).toContain('restart');
  expect(obstacleTo('terminate', { ...running, operation })).toBeNull();
  expect(obstacleTo('terminate', { ...running, protected: true })).toContain('protected');
  expect(obstacleTo('terminate', { ...running, status: 'terminated' })).toContain('terminated');
});
