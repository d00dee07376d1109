import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from './api.ts';
import { demoAccount } from './demo-account.ts';
import { aborted, interruption } from './interruption.ts';
import { mainJob } from './main-job.ts';
import { freePorts } from './ports.ts';
import { startSystem } from './system.ts';

/**
 * `npm run demo`: the main job, unattended, through the front door. It uses its own system in a temporary folder, so it
 * runs beside an `npm start` and leaves nothing behind.
 */
const signal = interruption();
const say = (line: string) => process.stdout.write(`${line}\n`);
const home = mkdtempSync(join(tmpdir(), 'berth-demo-'));
const [port, awsPort, instancePort] = (await freePorts(3)) as [number, number, number];

say('Starting Berth …');
const startedAt = performance.now();
const system = await startSystem({
  home,
  port,
  awsPort,
  instancePort,
  progress: (line) => say(`  ${line}`),
  signal,
});
try {
  say(`  ready      after ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  const { token } = await demoAccount(system.url, home);
  await Promise.race([mainJob(new Api(system.url, token), system.awsEndpoint, say), aborted(signal)]);
} finally {
  await system.stop();
  rmSync(home, { recursive: true, force: true });
}
