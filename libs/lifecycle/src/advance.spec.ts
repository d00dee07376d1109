import { describe, expect, test } from '@jest/globals';
import { advance, begin, dueEffect, type Cause } from './advance.ts';
import { kettleFacts, kettleLifecycle, newKettle, type Kettle, type KettleState } from './fixtures/kettle.ts';
import type { AnyLifecycle } from './table.ts';

const lifecycle: AnyLifecycle<Kettle, KettleState> = kettleLifecycle;
const cause: Cause = { kind: 'system', id: null, text: 'the spec' };
const start = new Date('2026-01-01T00:00:00Z');
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

function kettle(fields: Partial<Kettle> = {}, now = start): Kettle {
  const doc = { ...newKettle('k1'), ...fields };
  begin(lifecycle, doc, now, cause);
  return doc;
}
const states = (made: ReturnType<typeof advance<Kettle, KettleState>>) =>
  made.map(({ transition }) => transition.to);

describe('a document', () => {
  test('starts in the initial state with sequence 1 and comes from nowhere', () => {
    const doc = newKettle('k1');
    const [first] = begin(lifecycle, doc, start, cause);
    expect(first?.transition).toMatchObject({ from: null, to: 'cold', sequence: 1, at: start });
  });

  test('goes as far as its facts allow in one go, each transition with its own number', () => {
    const doc = kettle();
    Object.assign(doc, { wanted: true, filled: true });
    const made = advance(lifecycle, doc, start, cause);
    expect(states(made)).toEqual(['filling', 'heating']);
    expect(made.map(({ transition }) => transition.sequence)).toEqual([2, 3]);
    expect(made.map(({ after }) => after.status)).toEqual(['filling', 'heating']);
  });

  test('takes the first destination whose fact holds', () => {
    const doc = kettle({ wanted: true, filled: true, hot: true });
    expect(doc.status).toBe('hot');
  });

  test('stays where it is when nothing holds, and says when to look again', () => {
    const doc = kettle({ wanted: true });
    expect(advance(lifecycle, doc, later(1), cause)).toEqual([]);
    expect(doc.progress).toMatchObject({ step: 'fill', retryAt: start, deadlineAt: later(60) });
    expect(dueEffect(lifecycle, doc, start)).toBe('openTap');
  });

  test('that is late goes where the row says, with the deadline as the cause', () => {
    const doc = kettle({ wanted: true });
    const [late] = advance(lifecycle, doc, later(60), cause);
    expect(late?.transition).toMatchObject({
      to: 'broken',
      reason: 'no_water',
      by: 'late',
      cause: { kind: 'deadline' },
    });
  });

  test('that arrives at the last moment is not late', () => {
    const doc = kettle({ wanted: true });
    doc.filled = true;
    expect(states(advance(lifecycle, doc, later(60), cause))).toEqual(['heating']);
  });

  test('without a way out of lateness goes on and is marked as stuck, once', () => {
    const doc = kettle({ wanted: true });
    advance(lifecycle, doc, later(60), cause);
    expect(advance(lifecycle, doc, later(160), cause)).toEqual([]);
    expect(doc.progress.stuckSince).toEqual(later(160));
    advance(lifecycle, doc, later(300), cause);
    expect(doc.progress.stuckSince).toEqual(later(160));
  });

  test('is looked at again when time alone makes a fact true', () => {
    const doc = kettle({ wanted: true, filled: true });
    doc.smokesSince = later(5);
    doc.progress.retryAt = later(200);
    advance(lifecycle, doc, later(6), cause);
    expect(doc.nextLookAt).toEqual(later(15));
    expect(states(advance(lifecycle, doc, later(15), cause))).toEqual(['broken', 'scrapped']);
  });

  test('never goes back in time', () => {
    const doc = kettle({}, later(100));
    doc.wanted = true;
    const [made] = advance(lifecycle, doc, start, cause);
    expect(made?.transition.at).toEqual(later(100));
  });

  test('returns to an earlier step when its fact no longer holds', () => {
    const states = {
      ...lifecycle.states,
      filling: {
        ...lifecycle.states.filling,
        steps: [
          { name: 'fill', do: 'openTap', until: 'filled' },
          { name: 'close', until: 'hot' },
        ],
      },
    };
    const doc = kettle();
    Object.assign(doc, { wanted: true, filled: true });
    advance({ ...lifecycle, states }, doc, start, cause);
    expect(doc.progress.step).toBe('close');
    doc.filled = false;
    advance({ ...lifecycle, states }, doc, later(1), cause);
    expect(doc.progress).toMatchObject({ step: 'fill', retryAt: later(1) });
  });

  test('that would move for ever is an error, not a busy loop', () => {
    const round = {
      initial: 'cold' as const,
      facts: kettleFacts,
      effects: [],
      states: { ...lifecycle.states, cold: { computeBilled: false, on: { wanted: 'cold' as const } } },
    };
    expect(() => begin(round, { ...newKettle('k1'), wanted: true }, start, cause)).toThrow('in a circle');
  });

  test('is given what a service adds on entering a state before the state is looked at', () => {
    const doc = kettle();
    doc.wanted = true;
    const made = advance(lifecycle, doc, start, cause, {
      entering: (entered, { to }) => {
        if (to === 'filling') entered.filled = true;
      },
      causeOf: (_doc, by) => (by === 'wanted' ? { kind: 'actor', id: 'usr_1', text: 'tea' } : null),
    });
    expect(states(made)).toEqual(['filling', 'heating']);
    expect(made.map(({ transition }) => transition.cause.kind)).toEqual(['actor', 'system']);
  });
});
