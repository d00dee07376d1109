import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interruption } from '@berth/local';
import { BENCHES } from './benches.ts';
import { machineFacts } from './machine.ts';
import { outcomesOf } from './outcome.ts';
import { play } from './play.ts';
import { tableOf, withSection } from './report.ts';
import { onStage } from './stage.ts';

/**
 * `npm run bench [-- name…]`: all benches, or those named. Exit code 0 whatever they say; 1 when one could not run, 2 when
 * there is none of that name.
 */
const DOCUMENT = join(import.meta.dirname, '../../../docs/benchmarks.md');

const names = process.argv.slice(2);
const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`No bench ${unknown.join(', ')}. There are: ${BENCHES.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const signal = interruption();

for (const bench of BENCHES.filter(({ name }) => names.length === 0 || names.includes(name))) {
  try {
    await onStage(async (stage) => {
      const rounds = await play(bench, stage, signal);
      const table = tableOf(bench, outcomesOf(bench, rounds));
      console.log(`\n${bench.name}: ${table}`);
      record('machine', await machineFacts(stage));
      record(bench.name, `## ${bench.name}\n\n${table}`);
    });
  } catch (error) {
    console.error(`${bench.name} cannot run:`, error);
    process.exitCode = 1;
    if (signal.aborted) break;
  }
}
// What a bench left open ends with it.
process.exit();

function record(name: string, text: string): void {
  writeFileSync(DOCUMENT, withSection(readFileSync(DOCUMENT, 'utf8'), name, text));
}
