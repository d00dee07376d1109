import { describe, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { TestClock } from './test-clock.ts';

describe('eventually', () => {
  test('returns what the check returned once it passed', async () => {
    let attempts = 0;
    const result = await eventually(() => {
      attempts++;
      expect(attempts).toBe(3);
      return attempts;
    });
    expect(result).toBe(3);
  });

  test('fails with the last failure when the time is up', async () => {
    await expect(eventually(() => expect(1).toBe(2), { within: 60 })).rejects.toThrow(
      /Not within 60 ms.*toBe/s,
    );
    await expect(eventually(() => false, { within: 60 })).rejects.toThrow('the condition is false');
  });
});

describe('the test clock', () => {
  test('stands still until it is moved', () => {
    const clock = new TestClock('2026-03-01T00:00:00Z');
    expect(clock.now()).toEqual(clock.now());
    clock.advance(90);
    expect(clock.now().toISOString()).toBe('2026-03-01T00:01:30.000Z');
    clock.set('2027-01-01T00:00:00Z');
    expect(clock.now().toISOString()).toBe('2027-01-01T00:00:00.000Z');
  });
});
