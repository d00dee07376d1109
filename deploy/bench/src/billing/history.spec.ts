import { expect, test } from '@jest/globals';
import { PAUSES, transitionsOf } from './history.ts';

test('a server is paused and resumed as often as it is said, within its time, and runs in the end', () => {
  const [from, to] = [new Date('2026-10-01T00:10:00Z'), new Date('2026-10-31T22:00:00Z')];
  const life = { serverId: 'srv_1', accountId: 'acc_1', region: 'eu-central-1', size: 'small', diskGib: 20 };
  for (const number of [0, 1, 7]) {
    const changes = transitionsOf({ ...life, from, to }, number);
    expect(changes.map(({ sequence }) => sequence)).toEqual(changes.map((_, index) => index + 1));
    expect(changes.filter((change) => change.to === 'paused')).toHaveLength(PAUSES);
    expect(changes.at(-1)).toMatchObject({ to: 'running', computeBilled: true });
    const times = changes.map(({ at }) => Date.parse(at));
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(times[0]).toBeGreaterThanOrEqual(from.getTime());
    expect(times.at(-1)).toBeLessThan(to.getTime());
  }
});
