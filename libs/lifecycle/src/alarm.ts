import type { Aggregate, Progress } from './aggregate.ts';

/** Failing so long is a matter for a person; what the outside world does now and then is over by then. */
export const FAILING_SECONDS = 300;

/**
 * Why somebody should look at a document: it goes on beyond its deadline, its step's effect fails again and again, or
 * it takes longer than the service allows altogether (`Hooks.overdueAt`).
 */
export type AlarmReason = 'late' | 'failing' | 'overdue';

interface Alarms {
  progress: Pick<Progress, 'alarmSince' | 'alarmReason'>;
  /** When there will be one should nothing change until then. */
  nextAt: Date | null;
}

/** The alarm of a document as it is now. One that lasts keeps its beginning, also when its reason changes. */
export function alarmOf(doc: Readonly<Aggregate<string>>, now: Date, overdueAt: Date | null): Alarms {
  const { stuckSince, failingSince, alarmSince } = doc.progress;
  const times: [AlarmReason, Date | null][] = [
    ['late', stuckSince],
    ['overdue', overdueAt],
    ['failing', failingSince ? new Date(failingSince.getTime() + FAILING_SECONDS * 1000) : null],
  ];
  const known = times.flatMap(([reason, at]) => (at ? [{ reason, at }] : []));
  const begun = known.filter(({ at }) => at <= now);
  const soonest = (all: typeof known) => all.map(({ at }) => at).sort((a, b) => a.getTime() - b.getTime())[0];
  const [first] = begun;
  return {
    progress: {
      alarmSince: first ? (alarmSince ?? soonest(begun) ?? now) : null,
      alarmReason: first?.reason ?? null,
    },
    nextAt: first ? null : (soonest(known) ?? null),
  };
}
