import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { defaultHome } from './home.ts';
import { interruption } from './interruption.ts';
import { isSupervised, runningSystem, type SharedSystem } from './leftovers.ts';
import { serveRecorded } from './serve/recorded.ts';
import { serveJoining } from './serve/joining.ts';
import { serviceNamed } from './system.ts';

/**
 * `npx nx serve billing [--recorded]`: one service alone, until Ctrl-C. When Berth runs here it joins; else, or with
 * `--recorded`, a recording stands in for the rest.
 */
const signal = interruption();
const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { recorded: { type: 'boolean', default: false } },
  });
  const service = serviceNamed(positionals[0] ?? '');
  const home = defaultHome();
  const running = values.recorded ? undefined : await systemHere(home);
  if (running) await serveJoining({ service, running, home, signal, say });
  else await serveRecorded({ service, home, signal, say });
} catch (error) {
  if (!signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** The system that runs here; one that is starting is waited for. */
async function systemHere(home: string): Promise<SharedSystem | undefined> {
  if (isSupervised(home) && !runningSystem(home)) say(`Berth is starting here (${home}) …`);
  while (isSupervised(home)) {
    const running = runningSystem(home);
    if (running) return running;
    await delay(250, undefined, { signal });
  }
  return undefined;
}
