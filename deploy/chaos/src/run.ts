import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aborted } from '@berth/local';
import { gather } from './evidence.ts';
import { INVARIANTS } from './invariants/invariants.ts';
import type { Told, Verdict } from './mode.ts';
import type { Options } from './options.ts';
import { Random } from './random.ts';
import { record } from './record.ts';
import { counted, reportOf, type Report } from './report.ts';
import { rest } from './rest.ts';
import { seedNamed } from './seeds.ts';
import { Stage } from './stage/stage.ts';
import { PassingTime } from './time.ts';
import { trouble } from './trouble.ts';

/** New lifecycles are begun for so long in the short run; with start, rest and checks it stays under 5 minutes. */
const SHORT_MINUTES = 1.5;
const MOST_FINDINGS_SHOWN = 5;

const say = (line: string) => console.log(line);

/** The whole system under customers and faults; then all is healed, comes to rest, and is checked. */
export async function run(options: Options, told: Told): Promise<Verdict> {
  const seed = options.named ? seedNamed(options.named) : options.seed;
  const home = mkdtempSync(join(tmpdir(), 'berth-chaos-'));
  say(`Chaos with seed ${seed}`);
  const stage = await Stage.start({ home, seed, signal: told.toStop, progress: (line) => say(`  ${line}`) });
  let failed = true;
  try {
    const report = await Promise.race([play(stage, seed, options, told), aborted(told.toStop)]);
    const wrong = show(report, options);
    failed = wrong > 0;
    return { passed: report.results.length - wrong, failed: wrong };
  } finally {
    await stage.stop();
    if (failed) say(`Evidence and logs are kept in ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
}

async function play(stage: Stage, seed: string, options: Options, { toEnd }: Told): Promise<Report> {
  const random = new Random(seed);
  const began = { at: performance.now(), virtual: stage.clock.now().getTime() };
  const minutes = options.minutes ?? (options.short ? SHORT_MINUTES : undefined);
  const ending = AbortSignal.any([toEnd, ...(minutes ? [AbortSignal.timeout(minutes * 60_000)] : [])]);
  const time = new PassingTime(stage.clock, random.fork('time'), say);
  const { customers, faults } = await trouble(stage, random, { ...options, ending }, say);
  say('  the faults are over; coming to rest');
  const rested = await rest(stage, time);
  await customers.stopFollowing();
  customers.giveUp();

  const evidence = await gather(stage, customers.record, faults);
  writeFileSync(join(stage.home, 'evidence.json'), JSON.stringify(evidence));
  return {
    seed,
    lifecycles: customers.begun,
    faults: counted(faults.map(({ name }) => name)),
    realSeconds: (performance.now() - began.at) / 1000,
    virtualSeconds: (stage.clock.now().getTime() - began.virtual) / 1000,
    results: [rested, ...INVARIANTS.map(({ name, mustBe, check }) => ({ name, mustBe, ...check(evidence) }))],
  };
}

/** Prints the tables and what is wrong, and returns how many invariants do not hold. */
function show(report: Report, options: Options): number {
  const text = reportOf(report);
  say(`\n${text}\n`);
  if (options.record) record(text);
  const wrong = report.results.filter(({ findings }) => findings.length > 0);
  for (const { name, findings } of wrong) {
    say(`${name}:\n${findings.slice(0, MOST_FINDINGS_SHOWN).join('\n')}\n`);
  }
  return wrong.length;
}
