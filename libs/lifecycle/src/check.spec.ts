import { describe, expect, test } from '@jest/globals';
import { checkLifecycle } from './check.ts';
import { lifecyclePage } from './diagram.ts';
import { kettleLifecycle, type Kettle, type KettleState } from './fixtures/kettle.ts';
import type { AnyLifecycle } from './table.ts';

const sound: AnyLifecycle<Kettle, KettleState> = kettleLifecycle;
const { states } = sound;

/** The table with some rows replaced by what a hand that slipped may have written. */
const broken = (rows: object, rest: object = {}) =>
  ({ ...sound, ...rest, states: { ...states, ...rows } }) as unknown as AnyLifecycle<Kettle, KettleState>;

describe('the check at start-up', () => {
  test('lets a sound table pass', () => {
    expect(() => checkLifecycle(sound)).not.toThrow();
  });

  test.each([
    ['an unknown target', { cold: { ...states.cold, on: { wanted: 'boiling' } } }, 'unknown state boiling'],
    [
      'an unknown fact',
      { cold: { ...states.cold, on: { wished: 'filling', wanted: 'filling' } } },
      'fact wished is unknown',
    ],
    [
      'an unknown fact behind `firstOf`',
      { filling: { ...states.filling, then: { firstOf: { tepid: 'hot' }, otherwise: 'heating' } } },
      'fact tepid is unknown',
    ],
    [
      'an unknown effect',
      { heating: { ...states.heating, steps: [{ name: 'x', do: 'ignite', until: 'hot' }] } },
      'effect ignite is unknown',
    ],
    [
      'a waiting state without a bound',
      { heating: { ...states.heating, within: undefined, late: undefined } },
      'heating: it may wait for ever',
    ],
    [
      'a bound without a consequence',
      { hot: { ...states.hot, within: 5 } },
      '`within` and `late` go together',
    ],
    ['no billed column', { hot: {} }, 'hot: it does not say whether compute is billed'],
    ['a state nobody reaches', { lukewarm: { computeBilled: false } }, 'lukewarm: no state leads here'],
    [
      'two steps of one name',
      {
        filling: {
          ...states.filling,
          steps: [...(states.filling.steps ?? []), ...(states.filling.steps ?? [])],
        },
      },
      'two steps are called fill',
    ],
  ])('refuses %s', (_what, rows, message) => {
    expect(() => checkLifecycle(broken(rows))).toThrow(message);
  });

  test('refuses an unknown initial state', () => {
    expect(() => checkLifecycle(broken({}, { initial: 'born' }))).toThrow('initial state born is unknown');
  });

  test('lists all that is wrong at once', () => {
    const rows = { hot: {}, lukewarm: { computeBilled: false } };
    expect(() => checkLifecycle(broken(rows))).toThrow(
      /hot: it does not say.*\n.*lukewarm: no state leads here/,
    );
  });
});

describe('the diagram', () => {
  test('draws every way out of every state, and tells the rest in a table', () => {
    const page = lifecyclePage('Kettle', sound);
    expect(page).toContain('[*] --> cold');
    expect(page).toContain('filling --> heating: done, otherwise');
    expect(page).toContain('heating --> broken: smoking');
    expect(page).toContain('filling --> broken: late');
    expect(page).toContain('scrapped --> [*]');
    expect(page).toContain('| `hot` | only kept_warm |');
    expect(page).toContain('fill (openTap) until filled');
    expect(page).toContain('goes on, shown as stuck');
  });
});
