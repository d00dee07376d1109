import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { aborted } from '@berth/local';
import type { Mode, Told, Verdict } from '../mode.ts';
import type { Options } from '../options.ts';
import { aligned } from '../report.ts';
import { Balancer } from './balancer.ts';
import { checks, type Measured } from './checks.ts';
import { House, SERVICES, type Restarted } from './house.ts';
import { load } from './load.ts';
import { linesOf } from './repeats.ts';
import { Tally } from './tally.ts';

export const rolling: Mode = {
  flag: 'rolling',
  about:
    'every process restarted in turn under load, --rounds times (20): no request fails, no work is done twice',
  run,
};

const ROUNDS = 20;
const SHORT_ROUNDS = 2;
/** Until every account has begun. */
const WARM_UP_MILLISECONDS = 5_000;
/** The broker counts that late. */
const STATISTICS_MILLISECONDS = 6_000;

async function run(options: Options, told: Told): Promise<Verdict> {
  const home = mkdtempSync(join(tmpdir(), 'berth-rolling-'));
  const progress = (line: string) => console.log(`  ${line}`);
  const house = await House.start({ home, progress, signal: told.toStop });
  let failed = true;
  try {
    const rounds = options.rounds ?? (options.short ? SHORT_ROUNDS : ROUNDS);
    const measured = await Promise.race([play(house, rounds, told, progress), aborted(told.toStop)]);
    const rows = checks(measured);
    const wrong = rows.filter(({ findings }) => findings.length > 0);
    const cells = rows.map(({ name, mustBe, measured: value, findings }) => {
      return [name, mustBe, value, mustBe === '' ? '' : findings.length === 0 ? 'yes' : '**no**'];
    });
    console.log(`\n${aligned([['measure', 'must be', 'measured', 'holds'], ...cells])}\n`);
    for (const { name, findings } of wrong) console.log(`${name}:\n${findings.slice(0, 8).join('\n')}\n`);
    failed = wrong.length > 0;
    return { passed: rows.filter(({ mustBe }) => mustBe !== '').length - wrong.length, failed: wrong.length };
  } finally {
    await house.stop();
    if (failed) console.log(`Logs are kept in ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
}

async function play(
  house: House,
  rounds: number,
  { toEnd }: Told,
  progress: (line: string) => void,
): Promise<Measured> {
  const processes = SERVICES.flatMap((service) => [service, second(service)]);
  const balancer = new Balancer(house.gateways.values());
  const noMoreProbes = new AbortController();
  const watching = balancer.watch(noMoreProbes.signal);
  const restarts: Restarted[] = [];
  const tally = await underLoad(balancer, async (soFar) => {
    for (let round = 1; round <= rounds && !toEnd.aborted; round++) {
      for (const process of processes) {
        if (toEnd.aborted) break;
        restarts.push(await house.restart(process));
        const url = house.gateways.get(process);
        if (url) await balancer.untilUp(url);
      }
      progress(
        `round ${round}: ${soFar.requests} requests, ${soFar.refused} refused, ${soFar.failures.length} failed`,
      );
    }
  });
  progress('now with one process of every service');
  const services = SERVICES.filter((service) => service !== 'gateway');
  await Promise.all(services.map((service) => house.leave(second(service))));
  const alone = await underLoad(balancer, async () => {
    for (const service of services) restarts.push(await house.restart(service));
  });
  noMoreProbes.abort();
  await watching;
  await delay(STATISTICS_MILLISECONDS);
  return {
    tally,
    alone,
    restarts,
    ...linesOf(processes.map((process) => house.log(process))),
    redeliveries: await house.redeliveries(),
    deadLetters: await house.deadLetters(),
  };
}

/** What clients met while the work was done, and until all that they had begun came to its end. */
async function underLoad(balancer: Balancer, work: (soFar: Tally) => Promise<void>): Promise<Tally> {
  const tally = new Tally();
  const over = new AbortController();
  const loading = load(balancer, tally, over.signal);
  await delay(WARM_UP_MILLISECONDS);
  await work(tally);
  over.abort();
  await loading;
  return tally;
}

const second = (service: string): string => `${service}-2`;
