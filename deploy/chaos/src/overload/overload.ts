import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { aborted } from '@berth/local';
import type { Mode, Told, Verdict } from '../mode.ts';
import type { Options } from '../options.ts';
import { aligned } from '../report.ts';
import { Stage } from '../stage/stage.ts';
import { capacity } from './capacity.ts';
import { checks, type Measured } from './checks.ts';
import { Crowd } from './crowd.ts';
import { customer, raiseQuota, type Customer } from './customer.ts';
import { launchDelays } from './launch-delays.ts';
import { Memory } from './memory.ts';
import { Queues } from './queues.ts';
import type { Report, Stream } from './streams.ts';

export const overload: Mode = {
  flag: 'overload',
  about: 'ten times the launches that can be taken: fast refusals, fair turns, terminates, flat memory',
  run,
};

/** What a gateway has in production; a machine of one's own has more. */
const LIMITS = {
  BERTH_RATE_LIMIT_PER_ACCOUNT: '1000',
  BERTH_RATE_LIMIT_PER_TOKEN: '500',
  BERTH_REQUESTS_AT_ONCE_PER_ACCOUNT: '100',
  BERTH_REQUESTS_AT_ONCE: '300',
};
const GREEDY_ACCOUNTS = 2;
const TIMES_CAPACITY = 10;
const IDLE_SECONDS = 30;
const OVERLOAD_MINUTES = 2;
const RECOVERY_SECONDS = 30;
/** For the last of the small account's launches to reach EC2. */
const LAST_SECONDS = 15;
const SAMPLE_MILLISECONDS = 2_000;

async function run(options: Options, told: Told): Promise<Verdict> {
  const home = mkdtempSync(join(tmpdir(), 'berth-overload-'));
  const progress = (line: string) => console.log(`  ${line}`);
  const stage = await Stage.start({ home, seed: options.seed, env: LIMITS, signal: told.toStop, progress });
  let failed = true;
  try {
    const measured = await Promise.race([play(stage, options, told, progress), aborted(told.toStop)]);
    const rows = checks(measured);
    const cells = rows.map(({ name, mustBe, measured: value, findings }) => [
      name,
      mustBe,
      value,
      mustBe === '' ? '' : findings.length === 0 ? 'yes' : '**no**',
    ]);
    console.log(`\n${aligned([['measure', 'must be', 'measured', 'holds'], ...cells])}\n`);
    const wrong = rows.filter(({ findings }) => findings.length > 0);
    for (const { name, findings } of wrong) console.log(`${name}:\n${findings.slice(0, 5).join('\n')}\n`);
    failed = wrong.length > 0;
    return { passed: rows.filter(({ mustBe }) => mustBe !== '').length - wrong.length, failed: wrong.length };
  } finally {
    await stage.stop();
    if (failed) console.log(`Logs are kept in ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
}

async function play(
  stage: Stage,
  options: Options,
  { toEnd }: Told,
  progress: (line: string) => void,
): Promise<Measured> {
  const small = await customer(stage);
  const greedy: Customer[] = [];
  for (let number = 0; number < GREEDY_ACCOUNTS; number++) greedy.push(await customer(stage));
  for (const each of greedy) await raiseQuota(stage, each);
  const crowd = new Crowd(stage.url);
  const queues = new Queues(stage);
  try {
    progress(`one small account alone, ${IDLE_SECONDS} s`);
    crowd.play(streamsOf(small));
    await delay(IDLE_SECONDS * 1000);
    const idle = await crowd.report();

    const acceptedPerSecond = await capacity(stage, greedy);
    const perSecond = TIMES_CAPACITY * acceptedPerSecond;
    const minutes = options.minutes ?? OVERLOAD_MINUTES;
    progress(`${perSecond.toFixed(0)} launches a second beside it, ${minutes} min`);
    crowd.play([
      ...streamsOf(small),
      ...greedy.flatMap((each, at) => crowdOf(each, at, perSecond / greedy.length)),
    ]);
    const memory = new Memory(stage);
    const overloaded: Report = { answered: [], ended: [] };
    const began = Date.now();
    while (Date.now() - began < minutes * 60_000 && !toEnd.aborted) {
      await delay(SAMPLE_MILLISECONDS);
      memory.sample();
      await queues.sample();
      add(overloaded, await crowd.report());
    }
    const seconds = (Date.now() - began) / 1000;

    progress(`the small account alone again, ${RECOVERY_SECONDS} s`);
    crowd.play(streamsOf(small));
    await delay(RECOVERY_SECONDS * 1000);
    crowd.play([]);
    await delay(LAST_SECONDS * 1000);
    const recovered = await crowd.report();
    const all = [idle, overloaded, recovered].flatMap(({ answered }) => answered);
    return {
      ...{ idle, overloaded, recovered, acceptedPerSecond, perSecond, seconds },
      delays: await launchDelays(stage, all),
      growth: memory.growth(),
      queues: queues.longest(),
    };
  } finally {
    await crowd.stop();
  }
}

/** A customer like most: looks, launches a server every few seconds, terminates the ones before. */
const streamsOf = ({ token }: Customer): Stream[] => [
  { name: 'small launch', token, kind: 'launch', perSecond: 0.2 },
  { name: 'small read', token, kind: 'read', perSecond: 2 },
  { name: 'small terminate', token, kind: 'terminate', perSecond: 0.2, keep: 2, follow: true },
];

/** A customer whose script runs wild. As many of its servers go as EC2 makes, so that there is always one to launch. */
const crowdOf = ({ token }: Customer, number: number, perSecond: number): Stream[] => [
  { name: `greedy launch ${number}`, token, kind: 'launch', perSecond },
  { name: `greedy read ${number}`, token, kind: 'read', perSecond: 1 },
  { name: `greedy terminate ${number}`, token, kind: 'terminate', perSecond: 1, keep: 200 },
];

function add(all: Report, more: Report): void {
  for (const each of more.answered) all.answered.push(each);
  for (const each of more.ended) all.ended.push(each);
}
