import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aborted } from '@berth/local';
import { Customers } from './customers/customers.ts';
import { gather } from './evidence.ts';
import { untilSettled } from './evidence/settled.ts';
import { FAULTS } from './faults/faults.ts';
import { FaultScript } from './faults/script.ts';
import { INVARIANTS } from './invariants/invariants.ts';
import type { Told, Verdict } from './mode.ts';
import type { Options } from './options.ts';
import { showProgress } from './progress.ts';
import { Random } from './random.ts';
import { record } from './record.ts';
import { reportOf, type Report } from './report.ts';
import { seedNamed } from './seeds.ts';
import { Stage } from './stage/stage.ts';
import { passTime } from './time.ts';

/** Servers that live at once. */
const AT_ONCE = 100;
const MEAN_SECONDS_BETWEEN_FAULTS = 1.6;
/** New lifecycles are begun for so long in the short run; with start, rest and checks it stays under 5 minutes. */
const SHORT_MINUTES = 2;
/** When customers are to come to an end, faults go on for so long at most. */
const LAST_FAULTS_MILLISECONDS = 45_000;
/** What the system is given to come to rest once the faults are over. */
const REST_SECONDS = 120;
/** More than the hour by which notifications are late. */
const HOUR_SECONDS = 3_700;

/** The whole system under customers and faults; then all is healed, comes to rest, and is checked. */
export async function run(options: Options, told: Told): Promise<Verdict> {
  const seed = options.named ? seedNamed(options.named) : options.seed;
  const home = mkdtempSync(join(tmpdir(), 'berth-chaos-'));
  const say = (line: string) => console.log(line);
  say(`Chaos with seed ${seed}`);
  const stage = await Stage.start({ home, seed, signal: told.toStop, progress: (line) => say(`  ${line}`) });
  let failed = true;
  try {
    const report = await Promise.race([play(stage, options, seed, told, say), aborted(told.toStop)]);
    const text = reportOf(report);
    say(`\n${text}\n`);
    if (options.record) record(text);
    const wrong = report.results.filter(({ findings }) => findings.length > 0);
    for (const { name, findings } of wrong) say(`${name}:\n${findings.slice(0, MOST_SHOWN).join('\n')}\n`);
    failed = wrong.length > 0;
    return { passed: report.results.length - wrong.length, failed: wrong.length };
  } finally {
    await stage.stop();
    if (failed) say(`Evidence and logs are kept in ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
}

const MOST_SHOWN = 5;

async function play(
  stage: Stage,
  options: Options,
  seed: string,
  { toEnd }: Told,
  say: (line: string) => void,
): Promise<Report> {
  const random = new Random(seed);
  const began = { at: performance.now(), virtual: stage.clock.now().getTime() };
  const minutes = options.minutes ?? (options.short ? SHORT_MINUTES : undefined);
  const ending = AbortSignal.any([toEnd, ...(minutes ? [AbortSignal.timeout(minutes * 60_000)] : [])]);
  const customers = new Customers(stage, random.fork('customers'), {
    lifecycles: options.lifecycles,
    atOnce: AT_ONCE,
  });
  const script = new FaultScript(stage, random.fork('faults'), {
    faults: FAULTS,
    meanSecondsBetween: MEAN_SECONDS_BETWEEN_FAULTS,
  });
  const timeStands = new AbortController();
  const time = passTime(stage.clock, random.fork('time'), timeStands.signal);
  const noMoreFaults = new AbortController();
  ending.addEventListener('abort', () =>
    setTimeout(() => noMoreFaults.abort(), LAST_FAULTS_MILLISECONDS).unref(),
  );
  const hideProgress = showProgress(customers, script, say);
  const faults = script.run(noMoreFaults.signal);
  await customers.run(ending);
  noMoreFaults.abort();
  await faults;
  hideProgress();

  const healedAt = performance.now();
  say('  the faults are over; coming to rest');
  let left = await untilSettled(stage, REST_SECONDS);
  const settledAfterSeconds = left.length === 0 ? (performance.now() - healedAt) / 1000 : null;
  timeStands.abort();
  await time;
  // What was an hour late arrives, and finds everything at rest.
  await stage.clock.advance(HOUR_SECONDS);
  left = await untilSettled(stage, REST_SECONDS);
  for (const each of left) say(`  still under way: ${each}`);
  await customers.stopFollowing();
  customers.giveUp();
  for (const each of script.misfires) say(`  a fault did not come about: ${each}`);

  const evidence = await gather(stage, customers.record, script.struck);
  writeFileSync(join(stage.home, 'evidence.json'), JSON.stringify(evidence));
  return {
    seed,
    lifecycles: customers.begun,
    faults: counted(script.struck.map(({ name }) => name)),
    realSeconds: (performance.now() - began.at) / 1000,
    virtualSeconds: (stage.clock.now().getTime() - began.virtual) / 1000,
    settledAfterSeconds,
    results: INVARIANTS.map((invariant) => ({ ...invariant, ...invariant.check(evidence) })),
  };
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
