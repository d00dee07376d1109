import { expect, test } from '@jest/globals';
import type { Instance } from '../instances/instance.model.ts';
import { countMissing, isAbsent } from './missing.ts';

const instance = (state: Instance['state'] = 'running'): Instance => ({
  _id: 'i-1',
  serverId: 'srv_1',
  region: 'eu-central-1',
  zone: null,
  state,
  ip: null,
  launchedAt: null,
  reasonCode: null,
  revision: 1,
  firstSeenAt: new Date('2026-01-01T00:00:00Z'),
  absentAt: null,
});
const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const NOBODY = new Set<string>();

test('an instance is gone when two sweeps in a row do not find it', () => {
  const once = countMissing(new Map(), [instance()], NOBODY);
  const twice = countMissing(once, [instance()], NOBODY);
  expect(isAbsent(instance(), once.get('i-1') ?? 0, at('01:00:00'))).toBe(false);
  expect(isAbsent(instance(), twice.get('i-1') ?? 0, at('01:00:00'))).toBe(true);
});

test('one that is found in between is counted anew', () => {
  const once = countMissing(new Map(), [instance()], NOBODY);
  const found = countMissing(once, [instance()], new Set(['i-1']));
  expect(countMissing(found, [instance()], NOBODY).get('i-1')).toBe(1);
});

test('a young instance that EC2 does not show is not gone', () => {
  expect(isAbsent(instance(), 20, at('00:01:00'))).toBe(false);
  expect(isAbsent(instance(), 20, at('00:01:01'))).toBe(true);
});

test('one that is known to be gone is not counted', () => {
  expect(countMissing(new Map(), [instance('absent')], NOBODY).size).toBe(0);
});
