import { acceptedLaunches } from './accepted-launches.ts';
import { acceptedIsKnown, answers, keys } from './answers.ts';
import { deadLetters } from './dead-letters.ts';
import { inTime } from './in-time.ts';
import type { Invariant } from './invariant.ts';
import { minutesBilled } from './minutes.ts';
import { oneInstance } from './one-instance.ts';
import { outsideUsage, serverEvents } from './outside.ts';
import { ownership } from './ownership.ts';
import { danglingRecords, records } from './records.ts';
import { saidOnce } from './said-once.ts';
import { status } from './status.ts';
import { streams } from './streams.ts';
import { timelines } from './timelines.ts';
import { truthful } from './truthful.ts';
import { locks, operations, outbox } from './unfinished.ts';
import { usageRecords } from './usage-records.ts';

/** What must hold after the faults are over, in the order of the final table. */
export const INVARIANTS: readonly Invariant[] = [
  acceptedLaunches,
  acceptedIsKnown,
  keys,
  answers,
  ownership,
  oneInstance,
  records,
  danglingRecords,
  status,
  timelines,
  truthful,
  inTime,
  minutesBilled,
  usageRecords,
  outsideUsage,
  serverEvents,
  streams,
  operations,
  locks,
  outbox,
  saidOnce,
  deadLetters,
];
