import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from './broker.ts';
import { ROOT } from './home.ts';
import { interruption } from './interruption.ts';

/**
 * `npm test [-- jest arguments]`: one private RabbitMQ for all specs (each spec file has a virtual host of its own), the
 * specs of all projects, then those of the whole running system, which want the machine for themselves. Ends with the
 * line `N passed, N failed`.
 */
interface Counts {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
}

const signal = interruption();
const home = mkdtempSync(join(tmpdir(), 'berth-test-'));
const given = process.argv.slice(2);
const broker = process.env['AMQP_URL'] ? null : await startBroker({ home, management: true });
const env = {
  ...process.env,
  ...(broker && { AMQP_URL: broker.url, RABBITMQ_MANAGEMENT_URL: broker.managementUrl }),
  NX_DAEMON: 'false',
};

async function jest(...args: string[]): Promise<Counts> {
  const outputFile = join(home, 'result.json');
  rmSync(outputFile, { force: true });
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const program = join(ROOT, 'node_modules/jest/bin/jest.js');
  const command = [...node, program, '--json', `--outputFile=${outputFile}`, ...args];
  // The report goes to the file; what people read goes to standard error.
  const run = spawn(process.execPath, command, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const end = () => run.kill('SIGTERM');
  signal.addEventListener('abort', end);
  await once(run, 'exit');
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  return JSON.parse(readFileSync(outputFile, 'utf8')) as Counts;
}

try {
  const runs =
    given.length > 0
      ? [await jest(...given)]
      : [
          // Modules of finished spec files stay in a worker's memory, until its collector stops it for seconds: a new one takes its place.
          await jest('--ignoreProjects', 'e2e', '--maxWorkers=100%', '--workerIdleMemoryLimit=1500MB'),
          await jest('--selectProjects', 'e2e', '--runInBand'),
        ];
  const sum = (count: keyof Counts) => runs.reduce((total, run) => total + run[count], 0);
  const failed = sum('numFailedTests');
  // A suite that could not even be loaded has no failed test of its own.
  const broken = sum('numFailedTestSuites') > 0 && failed === 0 ? sum('numFailedTestSuites') : 0;
  process.exitCode = failed + broken > 0 ? 1 : 0;
  process.stdout.write(`${sum('numPassedTests')} passed, ${failed + broken} failed\n`);
} finally {
  await broker?.stop();
  rmSync(home, { recursive: true, force: true });
}
