import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aborted } from '@berth/local';
import type { Mode, Told, Verdict } from '../mode.ts';
import type { Options } from '../options.ts';
import { aligned } from '../report.ts';
import { Stage } from '../stage/stage.ts';
import { checks, type Phase } from './checks.ts';
import { Fleet } from './fleet.ts';
import { forgetBudgets } from './forget-budgets.ts';

export const limits: Mode = {
  flag: 'limits',
  about:
    "crowds of launches, pauses, resumes and terminates at AWS's true rates: its limits are used and kept",
  run,
};

/** More than RunInstances takes in a minute. */
const LAUNCHES = 160;
/** While processes die, a clock is wrong and the budgets are lost. */
const LAUNCHES_UNDER_ATTACK = 50;
const RESUMED = 30;
const WRONG_SECONDS = 30;
const AT_TRUE_SPEED = { BERTH_SIM_SPEED: '1' };

async function run(options: Options, told: Told): Promise<Verdict> {
  const home = mkdtempSync(join(tmpdir(), 'berth-limits-'));
  const progress = (line: string) => console.log(`  ${line}`);
  const stage = await Stage.start({
    ...{ home, seed: options.seed, progress },
    env: AT_TRUE_SPEED,
    signal: told.toStop,
  });
  let failed = true;
  try {
    const phases = await Promise.race([play(stage, progress), aborted(told.toStop)]);
    const rows = checks(phases);
    const wrong = rows.filter(({ findings }) => findings.length > 0);
    const cells = rows.map(({ name, mustBe, measured, findings }) => [
      ...[name, mustBe, measured],
      mustBe === '' ? '' : findings.length === 0 ? 'yes' : '**no**',
    ]);
    console.log(`\n${aligned([['measure', 'must be', 'measured', 'holds'], ...cells])}\n`);
    for (const { name, findings } of wrong) console.log(`${name}:\n${findings.join('\n')}\n`);
    failed = wrong.length > 0;
    return { passed: rows.filter(({ mustBe }) => mustBe !== '').length - wrong.length, failed: wrong.length };
  } finally {
    await stage.stop();
    if (failed) console.log(`Logs are kept in ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
}

async function play(stage: Stage, progress: (line: string) => void): Promise<Phase[]> {
  const fleet = await Fleet.ofNewCustomers(stage);
  const phases: Phase[] = [];
  const phase = async (name: string, work: () => Promise<void>) => {
    progress(name);
    await stage.aws.clearCounters();
    const startedAt = performance.now();
    await work();
    const seconds = (performance.now() - startedAt) / 1000;
    phases.push({ name, seconds, counters: await stage.aws.get('counters') });
  };
  await phase(`${LAUNCHES} launches at once`, async () => {
    await fleet.launch(LAUNCHES);
    await fleet.until('running');
  });
  await phase('all paused at once', async () => {
    await fleet.order('pause', fleet.size);
    await fleet.until('paused');
  });
  await phase(`${RESUMED} resumed at once, the others terminated`, async () => {
    await fleet.order('resume', RESUMED);
    await fleet.terminateAll('paused');
    await fleet.until('running');
  });
  await phase(`${LAUNCHES_UNDER_ATTACK} launches under attack`, async () => {
    stage.clock.setWrong('provisioning-2', WRONG_SECONDS);
    await fleet.launch(LAUNCHES_UNDER_ATTACK);
    for (const process of ['provisioning', 'provisioning-2']) await stage.crash(process);
    for (const process of ['provisioning', 'provisioning-2']) stage.startProcess(process);
    await forgetBudgets(stage.mongoUri);
    await fleet.until('running');
    stage.clock.setWrong('provisioning-2', 0);
  });
  await phase('all terminated at once', async () => {
    await fleet.terminateAll('running');
    await fleet.until('terminated');
  });
  return phases;
}
