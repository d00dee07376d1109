import { Customers } from './customers/customers.ts';
import type { FaultRecord } from './evidence.ts';
import { FAULTS } from './faults/faults.ts';
import { FaultScript } from './faults/script.ts';
import type { Options } from './options.ts';
import { showProgress } from './progress.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage/stage.ts';

const SERVERS_AT_ONCE = 100;
const MEAN_SECONDS_BETWEEN_FAULTS = 1.6;
/** Half of it goes by until a killed holder's lease is free and all are connected again. */
const CALM = { everySeconds: 100, lastsSeconds: 40 };
/** When customers are to come to an end, faults go on for so long at most. */
const LAST_FAULTS_MILLISECONDS = 45_000;

export interface Trouble {
  customers: Customers;
  faults: readonly FaultRecord[];
}

/**
 * Customers and faults at once, until so many servers have lived or until `ending`: then customers finish what they
 * have begun. When it resolves all faults are healed and all customers done.
 */
export async function trouble(
  stage: Stage,
  random: Random,
  {
    lifecycles,
    atOnce = SERVERS_AT_ONCE,
    faultEvery,
    ending,
  }: Pick<Options, 'lifecycles' | 'atOnce' | 'faultEvery'> & { ending: AbortSignal },
  say: (line: string) => void,
): Promise<Trouble> {
  const customers = new Customers(stage, random.fork('customers'), { lifecycles, atOnce });
  const script = new FaultScript(stage, random.fork('faults'), {
    faults: FAULTS,
    meanSecondsBetween: faultEvery ?? MEAN_SECONDS_BETWEEN_FAULTS,
    calm: CALM,
  });
  const noMoreFaults = new AbortController();
  ending.addEventListener('abort', () => {
    setTimeout(() => noMoreFaults.abort(), LAST_FAULTS_MILLISECONDS).unref();
  });
  const hideProgress = showProgress(customers, script, say);
  const faults = script.run(noMoreFaults.signal);
  await customers.run(ending);
  noMoreFaults.abort();
  await faults;
  hideProgress();
  for (const each of script.misfires) say(`  a fault did not come about: ${each}`);
  return { customers, faults: script.struck };
}
