import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Customers } from './customers/customers.ts';
import { gather } from './evidence.ts';
import { INVARIANTS } from './invariants/invariants.ts';
import type { Told, Verdict } from './mode.ts';
import type { Options } from './options.ts';
import { Random } from './random.ts';
import { Stage } from './stage/stage.ts';

/** Servers that live at once. */
const AT_ONCE = 40;

/** The whole system under customers and faults; then all is healed, comes to rest, and is checked. */
export async function run(options: Options, { toEnd, toStop }: Told): Promise<Verdict> {
  const { seed } = options;
  const random = new Random(seed);
  const home = mkdtempSync(join(tmpdir(), 'berth-chaos-'));
  const say = (line: string) => console.log(line);
  say(`chaos, seed ${seed}`);
  const stage = await Stage.start({ home, seed, signal: toStop, progress: (line) => say(`  ${line}`) });
  let failed = 1;
  try {
    const customers = new Customers(stage, random.fork('customers'), {
      lifecycles: options.lifecycles,
      atOnce: AT_ONCE,
    });
    await customers.run(toEnd);
    const evidence = await gather(stage, customers.record);
    writeFileSync(join(home, 'evidence.json'), JSON.stringify(evidence));
    const results = INVARIANTS.map((invariant) => ({ ...invariant, ...invariant.check(evidence) }));
    failed = results.filter(({ findings }) => findings.length > 0).length;
    return { passed: results.length - failed, failed };
  } finally {
    await stage.stop();
    if (failed > 0) say(`Evidence and logs are kept in ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
}
