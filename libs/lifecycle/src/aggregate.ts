import type { SchemaDefinition } from 'mongoose';
import type { AlarmReason } from './alarm.ts';

/** What the runner keeps in a document. `State` is the customer-visible status. */
export interface Aggregate<State extends string> {
  _id: string;
  /** Raised by every write: two writers never overwrite each other. */
  version: number;
  status: State;
  reason: string | null;
  /** Of the last transition: gapless, from 1. */
  sequence: number;
  /** Time of the last transition; never before the one before it. */
  enteredAt: Date;
  progress: Progress;
  /** When the sweep has to look: an effect is due, a deadline or a fact of time. Null: only a message can move it. */
  nextLookAt: Date | null;
}

/** How far the state has come. */
export interface Progress {
  /** The current step; null: none, or all are done. */
  step: string | null;
  /** When the step's effect runs (again). */
  retryAt: Date | null;
  /** The line in which it stands until its effect may make a scarce call; absent from what was stored before there were lines. */
  waitsIn?: string | null;
  /** Failures of the step's effect in a row. */
  failures: number;
  /** The last failure, for operators. */
  error: string | null;
  /** The first of them; absent, as the next two, from what was stored before there were alarms. */
  failingSince?: Date | null;
  /** One of them may have done its work in the outside world all the same; absent from what was stored before that was noted. */
  mayBeDone?: boolean;
  /** Since when a person should look, and why; see {@link AlarmReason}. */
  alarmSince?: Date | null;
  alarmReason?: AlarmReason | null;
  deadlineAt: Date | null;
  /** Since when it goes on beyond its deadline. */
  stuckSince: Date | null;
}

export const NO_PROGRESS: Progress = {
  step: null,
  retryAt: null,
  waitsIn: null,
  failures: 0,
  error: null,
  failingSince: null,
  mayBeDone: false,
  alarmSince: null,
  alarmReason: null,
  deadlineAt: null,
  stuckSince: null,
};

/**
 * The schema fields of {@link Aggregate}, besides `_id` and `version`. Index `nextLookAt`, by which the sweep goes,
 * `{ 'progress.alarmSince': 1, _id: 1 }` to find those that are stuck, and with lines `{ 'progress.waitsIn': 1, <fairBy>: 1, _id: 1 }`.
 */
export const aggregateFields: SchemaDefinition<Omit<Aggregate<string>, '_id' | 'version'>> = {
  status: { type: String, required: true },
  reason: { type: String, default: null },
  sequence: { type: Number, required: true },
  enteredAt: { type: Date, required: true },
  progress: {
    step: { type: String, default: null },
    retryAt: { type: Date, default: null },
    waitsIn: { type: String, default: null },
    failures: { type: Number, default: 0 },
    error: { type: String, default: null },
    failingSince: { type: Date, default: null },
    mayBeDone: { type: Boolean, default: false },
    alarmSince: { type: Date, default: null },
    alarmReason: { type: String, default: null },
    deadlineAt: { type: Date, default: null },
    stuckSince: { type: Date, default: null },
  },
  nextLookAt: { type: Date, default: null },
};
