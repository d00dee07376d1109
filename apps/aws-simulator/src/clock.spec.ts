import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from './clock.ts';
import { Store } from './store.ts';

function clockWithLog(store = new Store()) {
  const clock = new VirtualClock(store);
  const log: [string, number][] = [];
  const note = clock.job<string>('note', (text) => log.push([text, clock.now()]));
  return { clock, log, note, texts: () => log.map(([text]) => text) };
}

describe('the virtual clock', () => {
  test('an advance makes what became due happen in order, each at its own time', () => {
    const { clock, log, note } = clockWithLog();
    const start = clock.now();
    note(20, 'late');
    note(10, 'early');
    note(10, 'early, second');
    note(99, 'not yet');
    clock.advance(60);
    expect(log.map(([text]) => text)).toEqual(['early', 'early, second', 'late']);
    for (const [index, seconds] of [10, 10, 20].entries()) {
      expect(Math.abs((log[index]?.[1] ?? 0) - start - seconds * 1000)).toBeLessThan(1000);
    }
    expect(clock.offsetMilliseconds).toBe(60_000);
  });

  test('what a job schedules within the advance happens in it too', () => {
    const clock = new VirtualClock(new Store());
    const times: number[] = [];
    const again = clock.job<number>('again', (left) => {
      times.push(clock.now());
      if (left > 0) again(10, left - 1);
    });
    again(10, 9);
    clock.advance(55);
    expect(times).toHaveLength(5);
    clock.advance(50);
    expect(times).toHaveLength(10);
  });

  test('time passes by itself too', async () => {
    const { clock, texts, note } = clockWithLog();
    clock.start();
    note(0.02, 'soon');
    await clock.sleep(0.04);
    expect(texts()).toEqual(['soon']);
    clock.stop();
  });

  test('a sleeper wakes by an advance', async () => {
    const { clock } = clockWithLog();
    const sleeping = clock.sleep(3600);
    clock.advance(3600);
    await expect(sleeping).resolves.toBeUndefined();
  });

  test('jobs and the offset outlive the process; what became due meanwhile happens at the start', () => {
    const store = new Store();
    const before = clockWithLog(store);
    before.clock.advance(1000);
    before.note(5, 'due later');
    before.note(-1, 'overdue');
    before.clock.stop();

    const after = clockWithLog(store);
    expect(after.clock.offsetMilliseconds).toBe(1_000_000);
    after.clock.start();
    expect(after.texts()).toEqual(['overdue']);
    after.clock.advance(6);
    after.clock.stop();
    expect(after.texts()).toEqual(['overdue', 'due later']);
  });

  test('who waits for another offset is told at the advance, not before, and not for ever', async () => {
    const { clock } = clockWithLog();
    const told = clock.offsetChange(0, 25);
    clock.advance(7);
    await expect(told).resolves.toBe(7000);
    await expect(clock.offsetChange(0, 25)).resolves.toBe(7000);
    await expect(clock.offsetChange(7000, 0.02)).resolves.toBe(7000);
  });
});
