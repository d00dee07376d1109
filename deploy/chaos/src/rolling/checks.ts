import { percentile } from '../percentile.ts';
import type { Restarted } from './house.ts';
import type { Tally } from './tally.ts';

export interface Measured {
  /** With two processes of every service. */
  tally: Tally;
  /** With one, but for the gateway. */
  alone: Tally;
  restarts: readonly Restarted[];
  /** Log lines. */
  repeated: readonly string[];
  leftBehind: readonly string[];
  errors: readonly string[];
  /** How often the broker has delivered something again, by queue. */
  redeliveries: ReadonlyMap<string, number>;
  deadLetters: number;
}

export interface Check {
  name: string;
  /** Empty: only told. */
  mustBe: string;
  measured: string;
  findings: readonly string[];
}

/** A request to a service that is away fails after 2 s and a look; an answer on a busy machine takes its time. */
const LONGEST_ANSWER_SECONDS = 5;
/** A process is killed after 30 s. */
const LONGEST_STOP_SECONDS = 28;

export function checks(measured: Measured): Check[] {
  const { tally, alone, restarts, redeliveries } = measured;
  const none = (name: string, findings: readonly string[]): Check => {
    return { name, mustBe: '0', measured: String(findings.length), findings };
  };
  const told = (name: string, value: string): Check => ({ name, mustBe: '', measured: value, findings: [] });
  const slow = restarts.filter(({ stopSeconds }) => stopSeconds > LONGEST_STOP_SECONDS);
  const unclean = restarts.filter(({ ending }) => ending !== 0);
  const unended = [...tally.operations, ...alone.operations].filter(([, status]) => status !== 'succeeded');
  const again = [...redeliveries].filter(([, count]) => count > 0);
  return [
    told('restarts', String(restarts.length)),
    told('requests; operations', `${tally.requests}; ${tally.operations.size}`),
    told('answers by status', shown(tally.statuses)),
    told('seconds to answer: median, 99th percentile, longest', quantiles(tally.seconds)),
    none('failures seen by clients: anything but 503 with Retry-After', tally.failures),
    {
      name: '503 with Retry-After that a retry healed',
      mustBe: 'all',
      measured: `${tally.healed} of ${tally.refused}`,
      findings: tally.healed < tally.refused ? ['see the failures'] : [],
    },
    none(
      'operations that did not succeed',
      unended.map(([id, status]) => `${id}: ${status}`),
    ),
    none('alone: failures seen by clients', alone.failures),
    {
      name: 'alone: 503 with Retry-After that a retry healed',
      mustBe: 'all',
      measured: `${alone.healed} of ${alone.refused}`,
      findings: alone.healed < alone.refused ? ['see the failures'] : [],
    },
    {
      name: 'alone: longest answer, seconds',
      mustBe: `≤ ${LONGEST_ANSWER_SECONDS}`,
      measured: at(alone.seconds, 1).toFixed(1),
      findings: at(alone.seconds, 1) > LONGEST_ANSWER_SECONDS ? ['it hung'] : [],
    },
    told('stream connections; events on them', `${tally.streams.connections}; ${tally.streams.events}`),
    none('messages that came again after they were handled', measured.repeated),
    none(
      'queues from which something was delivered again',
      again.map(([queue, count]) => `${queue}: ${count}`),
    ),
    {
      ...none('dead letters', []),
      measured: String(measured.deadLetters),
      findings: measured.deadLetters > 0 ? ['see the queues'] : [],
    },
    none(
      'processes that did not end with 0',
      unclean.map(({ process, ending }) => `${process}: ${ending}`),
    ),
    {
      ...none(
        'longest stop, seconds',
        slow.map(({ process, stopSeconds }) => `${process}: ${stopSeconds}`),
      ),
      mustBe: `≤ ${LONGEST_STOP_SECONDS}`,
      measured: Math.max(0, ...restarts.map(({ stopSeconds }) => stopSeconds)).toFixed(1),
    },
    none('handlers left behind', measured.leftBehind),
    told('seconds to stop and to start, median', medians(restarts)),
    told('error lines in the logs', String(measured.errors.length)),
  ];
}

const shown = (counts: ReadonlyMap<number, number>): string =>
  [...counts]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ');

const medians = (restarts: readonly Restarted[]): string =>
  [restarts.map(({ stopSeconds }) => stopSeconds), restarts.map(({ startSeconds }) => startSeconds)]
    .map((seconds) => at(seconds, 50).toFixed(1))
    .join('; ');

const quantiles = (seconds: readonly number[]): string =>
  [50, 99, 100].map((percent) => at(seconds, percent).toFixed(3)).join(', ');

/** 0 of none. */
const at = (seconds: readonly number[], percent: number): number => percentile(seconds, percent) || 0;
