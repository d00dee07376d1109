import { describe, expect, test } from '@jest/globals';
import { advance, begin, type Cause, type Hooks } from './advance.ts';
import { kettleLifecycle, newKettle, type Kettle, type KettleState } from './fixtures/kettle.ts';
import type { AnyLifecycle } from './table.ts';

const lifecycle: AnyLifecycle<Kettle, KettleState> = kettleLifecycle;
const cause: Cause = { kind: 'system', id: null, text: 'the spec' };
const start = new Date('2026-01-01T00:00:00Z');
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

/** One that is being carried away, which has 100 s and then goes on for ever. */
function brokenKettle(hooks?: Hooks<Kettle, KettleState>): Kettle {
  const doc: Kettle = { ...newKettle('k1'), wanted: true, filled: true, smokesSince: later(-9) };
  begin(lifecycle, doc, start, cause, hooks);
  advance(lifecycle, doc, later(1), cause, hooks);
  doc.smokesSince = null;
  doc.status = 'broken';
  doc.progress = { ...doc.progress, step: 'carry_away', deadlineAt: later(1_000), retryAt: later(5_000) };
  return doc;
}
const look = (doc: Kettle, seconds: number, hooks?: Hooks<Kettle, KettleState>) => {
  advance(lifecycle, doc, later(seconds), cause, hooks);
  return doc.progress;
};

describe('a document is a matter for a person', () => {
  test('when it goes on beyond its deadline', () => {
    const doc = brokenKettle();
    expect(look(doc, 999)).toMatchObject({ alarmSince: null, alarmReason: null });
    expect(doc.nextLookAt).toEqual(later(1_000));
    expect(look(doc, 1_000)).toMatchObject({ alarmSince: later(1_000), alarmReason: 'late' });
  });

  test('when its effect has failed for five minutes, though the deadline is far', () => {
    const doc = brokenKettle();
    doc.progress.failingSince = later(10);
    expect(look(doc, 309).alarmSince).toBeNull();
    expect(doc.nextLookAt).toEqual(later(310));
    expect(look(doc, 311)).toMatchObject({ alarmSince: later(310), alarmReason: 'failing' });
  });

  test('when the service finds that the whole takes too long', () => {
    const hooks = { overdueAt: () => later(500) };
    const doc = brokenKettle(hooks);
    expect(look(doc, 499, hooks).alarmSince).toBeNull();
    expect(doc.nextLookAt).toEqual(later(500));
    expect(look(doc, 502, hooks)).toMatchObject({ alarmSince: later(500), alarmReason: 'overdue' });
  });

  test('from the first reason on, whatever others come', () => {
    const doc = brokenKettle();
    doc.progress.failingSince = later(10);
    look(doc, 310);
    expect(look(doc, 1_000)).toMatchObject({ alarmSince: later(310), alarmReason: 'late' });
  });

  test('and no longer when the effect is done, or the state left', () => {
    const doc = brokenKettle();
    doc.progress.failingSince = later(10);
    look(doc, 310);
    doc.progress.failingSince = null;
    expect(look(doc, 311)).toMatchObject({ alarmSince: null, alarmReason: null });
    look(doc, 1_000);
    doc.smokesSince = later(900);
    expect(look(doc, 1_001)).toMatchObject({ alarmSince: null, stuckSince: null });
    expect(doc.status).toBe('scrapped');
  });
});
