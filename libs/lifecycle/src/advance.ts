import type { Aggregate, Progress } from './aggregate.ts';
import { NO_PROGRESS } from './aggregate.ts';
import { alarmOf } from './alarm.ts';
import { NO_FAILURE } from './failing.ts';
import type { AnyLifecycle, Destination, Row, Step, Way } from './table.ts';
import { isFirstOf } from './table.ts';

/** What made a document move; the same shape as `Cause` of the contracts. */
export interface Cause {
  kind: 'actor' | 'observation' | 'deadline' | 'system';
  id: string | null;
  text: string;
}

export interface Transition<State extends string> {
  /** Null: the document has just been made. */
  from: State | null;
  to: State;
  reason: string | null;
  sequence: number;
  at: Date;
  /** The fact that led out of the state, or that its steps were done (`then`) or it was late (`late`). */
  by: string;
  /** The step that was current in the state left. */
  step: string | null;
  cause: Cause;
}

/** What a service adds to a transition, within the same write. Pure: it may be computed more than once. */
export interface Hooks<Doc, State extends string> {
  /** Changes the document on entering a state, before the new state's facts are looked at. */
  entering?(doc: Doc, transition: Transition<State>): void;
  /** A better cause than that of the change at hand, such as an order given earlier. */
  causeOf?(doc: Readonly<Doc>, by: string): Cause | null;
  /** The line in which a step that has just come up has to stand before its effect runs; null: it runs at once. */
  lineFor?(doc: Readonly<Doc>, effect: string): string | null;
  /** When the whole takes too long, whatever the states on the way, and somebody should look; null: never. */
  overdueAt?(doc: Readonly<Doc>): Date | null;
}

/** More moves than this without waiting for anything: the table leads round in a circle. */
const MOST_MOVES = 20;

/**
 * Moves the document as far as what is stored allows, in place, and returns the transitions made, each with the
 * document as it was right after it. Deterministic, touches nothing else.
 */
export function advance<Doc extends Aggregate<State>, State extends string>(
  lifecycle: AnyLifecycle<Doc, State>,
  doc: Doc,
  now: Date,
  cause: Cause,
  hooks: Hooks<Doc, State> = {},
): { transition: Transition<State>; after: Doc }[] {
  const made: { transition: Transition<State>; after: Doc }[] = [];
  for (let next = nextMove(lifecycle, doc, now); next; next = nextMove(lifecycle, doc, now)) {
    if (made.length === MOST_MOVES) throw new Error(`${doc._id} moves in a circle through ${doc.status}`);
    const { to, reason } = typeof next.way === 'string' ? { to: next.way, reason: null } : next.way;
    const why = next.by === 'late' ? lateCause(doc, lifecycle) : (hooks.causeOf?.(doc, next.by) ?? cause);
    const transition = enter(lifecycle, doc, { to, reason, by: next.by, cause: why }, now, hooks);
    made.push({ transition, after: { ...doc } });
  }
  look(lifecycle, doc, now, hooks);
  return made;
}

/** Puts a new document into the initial state; `doc.sequence` is 0 until then. */
export function begin<Doc extends Aggregate<State>, State extends string>(
  lifecycle: AnyLifecycle<Doc, State>,
  doc: Doc,
  now: Date,
  cause: Cause,
  hooks: Hooks<Doc, State> = {},
): { transition: Transition<State>; after: Doc }[] {
  const move = { to: lifecycle.initial, reason: null, by: 'begin', cause };
  const transition = enter(lifecycle, doc, move, now, hooks);
  return [{ transition, after: { ...doc } }, ...advance(lifecycle, doc, now, cause, hooks)];
}

function enter<Doc extends Aggregate<State>, State extends string>(
  lifecycle: AnyLifecycle<Doc, State>,
  doc: Doc,
  move: { to: State; reason: string | null; by: string; cause: Cause },
  now: Date,
  hooks: Hooks<Doc, State>,
): Transition<State> {
  const transition: Transition<State> = {
    ...move,
    from: doc.sequence === 0 ? null : doc.status,
    sequence: doc.sequence + 1,
    at: doc.sequence === 0 || now > doc.enteredAt ? now : doc.enteredAt,
    step: doc.progress.step,
  };
  doc.status = move.to;
  doc.reason = move.reason;
  doc.sequence = transition.sequence;
  doc.enteredAt = transition.at;
  doc.progress = { ...NO_PROGRESS };
  hooks.entering?.(doc, transition);
  doc.progress.deadlineAt = deadlineOf(lifecycle.states[move.to], doc);
  return transition;
}

function nextMove<Doc extends Aggregate<State>, State extends string>(
  lifecycle: AnyLifecycle<Doc, State>,
  doc: Doc,
  now: Date,
): { way: Destination<State>; by: string } | null {
  const row = lifecycle.states[doc.status];
  const holds = (name: string) => lifecycle.facts[name]?.holds(doc, now) ?? false;
  for (const [name, way] of Object.entries(row.on ?? {})) if (way && holds(name)) return { way, by: name };
  if (!currentStep(row, holds) && row.then) return { way: choose(row.then, holds), by: 'then' };
  const late = doc.progress.deadlineAt && doc.progress.deadlineAt <= now;
  if (!late || !row.late || row.late === 'stuck') return null;
  return { way: choose(row.late, holds), by: 'late' };
}

function choose<State extends string>(
  way: Way<State, string>,
  holds: (name: string) => boolean,
): Destination<State> {
  if (!isFirstOf(way)) return way;
  for (const [name, to] of Object.entries(way.firstOf)) if (to && holds(name)) return to;
  return way.otherwise;
}

const currentStep = (row: Row<never, string>, holds: (name: string) => boolean) =>
  row.steps?.find(({ until }) => !holds(until));

/** Notes the current step, lateness without consequence, and when to look again. */
function look<Doc extends Aggregate<State>, State extends string>(
  lifecycle: AnyLifecycle<Doc, State>,
  doc: Doc,
  now: Date,
  hooks: Hooks<Doc, State>,
): void {
  const row = lifecycle.states[doc.status];
  const step = currentStep(row, (name) => lifecycle.facts[name]?.holds(doc, now) ?? false);
  const name = step?.name ?? null;
  const isNew = doc.progress.step !== name;
  // A state that rests has nothing to be late for once its steps are done.
  const isDone = !step && !row.then;
  const progress = {
    ...doc.progress,
    ...(isNew && { step: name, ...beginning(step?.do, doc, now, hooks), ...NO_FAILURE }),
    ...(isDone && { deadlineAt: null, stuckSince: null }),
  };
  const isLate = progress.deadlineAt !== null && progress.deadlineAt <= now;
  if (row.late === 'stuck' && isLate) progress.stuckSince ??= now;
  doc.progress = progress;
  const alarm = alarmOf(doc, now, hooks.overdueAt?.(doc) ?? null);
  doc.progress = { ...progress, ...alarm.progress };
  doc.nextLookAt = earliest([
    progress.retryAt,
    progress.stuckSince ? null : progress.deadlineAt,
    alarm.nextAt,
    ...timesOfFacts(lifecycle, row, step, doc, now),
  ]);
}

/** A new step's effect runs at once, or stands in line first. */
function beginning<Doc extends Aggregate<State>, State extends string>(
  effect: string | undefined,
  doc: Doc,
  now: Date,
  { lineFor }: Hooks<Doc, State>,
): Pick<Progress, 'retryAt' | 'waitsIn'> {
  if (effect === undefined) return { retryAt: null, waitsIn: null };
  const waitsIn = lineFor?.(doc, effect) ?? null;
  return { retryAt: waitsIn === null ? now : null, waitsIn };
}

/** When facts the state waits for become true by time alone. */
function timesOfFacts<Doc extends Aggregate<State>, State extends string>(
  lifecycle: AnyLifecycle<Doc, State>,
  row: Row<Doc, State>,
  step: Step<string, string> | undefined,
  doc: Doc,
  now: Date,
): (Date | null)[] {
  const awaited = [...Object.keys(row.on ?? {}), ...(step ? [step.until] : [])];
  return awaited.map((name) => {
    const at = lifecycle.facts[name]?.dueAt?.(doc) ?? null;
    return at && at > now ? at : null;
  });
}

function earliest(times: (Date | null)[]): Date | null {
  return times.reduce((least, time) => (time && (!least || time < least) ? time : least), null);
}

function deadlineOf<Doc extends Aggregate<string>>(row: Row<Doc, string>, doc: Doc): Date | null {
  if (row.within === undefined) return null;
  if (typeof row.within === 'number') return new Date(doc.enteredAt.getTime() + row.within * 1000);
  return row.within.deadline(doc);
}

function lateCause<Doc extends Aggregate<State>, State extends string>(
  doc: Doc,
  { states }: AnyLifecycle<Doc, State>,
): Cause {
  const row = states[doc.status];
  const span = typeof row.within === 'number' ? `${row.within} s` : (row.within?.text ?? 'its time');
  return { kind: 'deadline', id: null, text: `${doc.status} took longer than ${span}` };
}

/** The effect that is to run now, if any. */
export function dueEffect<Doc extends Aggregate<State>, State extends string>(
  lifecycle: AnyLifecycle<Doc, State>,
  doc: Doc,
  now: Date,
): string | null {
  const { step: name, retryAt } = doc.progress;
  const step = lifecycle.states[doc.status].steps?.find((candidate) => candidate.name === name);
  return step?.do && retryAt && retryAt <= now ? step.do : null;
}
