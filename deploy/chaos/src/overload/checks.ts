import { percentile } from '../percentile.ts';
import type { LaunchDelay } from './launch-delays.ts';
import type { Growth } from './memory.ts';
import type { Answered, Report } from './streams.ts';

/** All that was seen. */
export interface Measured {
  idle: Report;
  overloaded: Report;
  recovered: Report;
  /** Launches a second that were accepted at best, and that were ordered under overload. */
  acceptedPerSecond: number;
  perSecond: number;
  /** How long the overload lasted. */
  seconds: number;
  delays: LaunchDelay[];
  growth: Growth[];
  queues: [queue: string, messages: number][];
}

export interface Row {
  name: string;
  /** '' where nothing is demanded. */
  mustBe: string;
  measured: string;
  findings: string[];
}

const REFUSED_WITHIN_MILLISECONDS = 1_000;
const MOST_DELAY_SECONDS = 5;
const MOST_WAITING_REQUESTS = 300;
const LONGEST_QUEUES = 5;
/** 15 MB in half an hour: what heaps and connections need to settle, far less than a leak of a kilobyte a request. */
const FLAT_MEGABYTES_PER_MINUTE = 0.5;
/** Before that, heaps are still growing to their size. */
const JUDGED_FROM_SECONDS = 600;

/** What has to hold under overload, and what it was. */
export function checks(measured: Measured): Row[] {
  const { overloaded, idle, recovered } = measured;
  return [
    { name: 'launches ordered', mustBe: '', measured: orders(measured), findings: [] },
    { name: 'answers', mustBe: '', measured: byStatus(overloaded.answered), findings: [] },
    refusals(overloaded.answered),
    launchDelay(measured),
    refusedToSmall(overloaded.answered),
    terminates(overloaded),
    latency('reads of the small account: alone, crowded, alone again', [idle, overloaded, recovered]),
    waitingRequests(measured),
    memory(measured),
  ];
}

function orders({ perSecond, acceptedPerSecond, seconds, overloaded }: Measured): string {
  const accepted = overloaded.answered.filter(
    ({ serverId, stream }) => serverId && stream.startsWith('greedy'),
  );
  return (
    `${perSecond.toFixed(0)}/s for ${seconds.toFixed(0)} s: ten times the ${acceptedPerSecond.toFixed(1)}/s that are accepted ` +
    `at best; EC2 takes 2/s; accepted now ${(accepted.length / seconds).toFixed(1)}/s`
  );
}

function byStatus(answered: readonly Answered[]): string {
  const groups = Map.groupBy(answered, ({ status, code }) => `${status} ${code}`.trim());
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, all]) => `${name}: ${all.length} (${spread(all)})`)
    .join('; ');
}

function refusals(answered: readonly Answered[]): Row {
  const refused = answered.filter(({ status }) => status === 429 || status === 503);
  const p99 = percentile(times(refused), 99);
  return {
    name: '429 and 503',
    mustBe: `p99 < ${REFUSED_WITHIN_MILLISECONDS} ms`,
    measured: refused.length ? spread(refused) : 'none',
    findings: p99 < REFUSED_WITHIN_MILLISECONDS ? [] : [`p99 is ${p99.toFixed(0)} ms`],
  };
}

function launchDelay({ delays, idle, overloaded }: Measured): Row {
  const of = ({ answered }: Report) => {
    const mine = new Set(answered.map(({ serverId }) => serverId));
    return delays.filter(({ serverId }) => mine.has(serverId));
  };
  const alone = percentile(
    of(idle).flatMap(({ seconds }) => seconds ?? []),
    50,
  );
  const crowded = of(overloaded);
  const known = crowded.flatMap(({ seconds }) => seconds ?? []);
  const late = crowded.filter(({ seconds }) => seconds === null || seconds - alone > MOST_DELAY_SECONDS);
  return {
    name: 'launches of the small account at EC2 later than alone',
    mustBe: `≤ ${MOST_DELAY_SECONDS} s`,
    measured:
      `alone ${alone.toFixed(2)} s (median); crowded + ${(percentile(known, 50) - alone).toFixed(2)} s (median), ` +
      `+ ${(Math.max(...known) - alone).toFixed(2)} s (worst of ${crowded.length})`,
    findings: [
      ...(crowded.length && Number.isFinite(alone) ? [] : ['nothing was launched']),
      ...late.map(
        ({ serverId, seconds }) => `${serverId}: ${seconds === null ? 'never' : `${seconds.toFixed(1)} s`}`,
      ),
    ],
  };
}

function refusedToSmall(answered: readonly Answered[]): Row {
  const asked = answered.filter(({ stream }) => stream.startsWith('small'));
  const refused = asked.filter(({ status }) => status < 200 || status >= 300);
  return {
    name: 'refused to the small account',
    mustBe: '0',
    measured: `${refused.length} of ${asked.length}`,
    findings: refused.map(({ stream, status, code }) => `${stream}: ${status} ${code}`),
  };
}

function terminates({ answered, ended }: Report): Row {
  const asked = answered.filter(({ stream }) => stream.includes('terminate'));
  const refused = asked.filter(({ status }) => status !== 202);
  const wrong = ended.filter(({ status }) => status !== 'succeeded');
  const seconds = ended.map((each) => each.seconds);
  return {
    name: 'terminates under overload',
    mustBe: 'all accepted, all end',
    measured:
      `${asked.length - refused.length} of ${asked.length} accepted (${spread(asked)}); ${ended.length} followed: ` +
      `p50 ${percentile(seconds, 50).toFixed(1)} s, max ${Math.max(...seconds).toFixed(1)} s`,
    findings: [
      ...refused.map(({ stream, status, code }) => `${stream}: ${status} ${code}`),
      ...wrong.map(({ stream, status }) => `${stream}: ${status}`),
      ...(ended.length ? [] : ['none was followed to its end']),
    ],
  };
}

function latency(name: string, reports: readonly Report[]): Row {
  const reads = reports.map(({ answered }) => answered.filter(({ stream }) => stream === 'small read'));
  return { name, mustBe: '', measured: reads.map(spread).join(' · '), findings: [] };
}

function waitingRequests({ queues }: Measured): Row {
  const long = queues.filter(
    ([queue, messages]) => queue.endsWith('.requests') && messages > MOST_WAITING_REQUESTS,
  );
  return {
    name: 'messages waiting at most',
    mustBe: `≤ ${MOST_WAITING_REQUESTS} requests`,
    measured: queues
      .slice(0, LONGEST_QUEUES)
      .map(([queue, messages]) => `${queue} ${messages}`)
      .join(', '),
    findings: long.map(([queue, messages]) => `${queue}: ${messages}`),
  };
}

function memory({ growth, seconds }: Measured): Row {
  const isJudged = seconds >= JUDGED_FROM_SECONDS;
  const leaks = growth.filter(({ megabytesPerMinute }) => megabytesPerMinute > FLAT_MEGABYTES_PER_MINUTE);
  const text = growth.map(
    ({ service, megabytesPerMinute, most }) =>
      `${service} ${megabytesPerMinute.toFixed(2)} (${most.toFixed(0)})`,
  );
  return {
    name: 'resident memory grows by MB a minute (MB at most)',
    mustBe: isJudged ? `≤ ${FLAT_MEGABYTES_PER_MINUTE}` : '',
    measured: text.join(', '),
    findings: isJudged
      ? leaks.map(({ service, megabytesPerMinute }) => `${service}: ${megabytesPerMinute.toFixed(2)}`)
      : [],
  };
}

const times = (answered: readonly Answered[]) => answered.map(({ milliseconds }) => milliseconds);

function spread(answered: readonly Answered[]): string {
  const [p50, p99] = [50, 99].map((percent) => percentile(times(answered), percent).toFixed(0));
  return `p50 ${p50}, p99 ${p99}, max ${percentile(times(answered), 100).toFixed(0)} ms`;
}
