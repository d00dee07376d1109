import { once } from 'node:events';
import { defaultHome } from './home.ts';
import { demoAccount } from './demo-account.ts';
import { interruption } from './interruption.ts';
import { startSystem } from './system.ts';

/** `npm start`: the whole system until Ctrl-C. */
const port = Number(process.env['BERTH_PORT'] ?? 8080);
const awsPort = Number(process.env['BERTH_AWS_PORT'] ?? 4566);
const instancePort = Number(process.env['BERTH_SIM_INSTANCE_PORT'] ?? 4580);
const home = defaultHome();
const { AMQP_URL: amqpUrl, MONGODB_URI: mongoUri } = process.env;
const say = (line: string) => process.stdout.write(`${line}\n`);

const signal = interruption();
const stopped = once(signal, 'abort');

try {
  say(`Starting Berth; data and logs are in ${home}`);
  const startedAt = performance.now();
  const system = await startSystem({
    ...{ home, port, awsPort, instancePort, amqpUrl, mongoUri },
    signal,
    progress: (line) => say(`  ${line}`),
  });
  say(`  ready      after ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  say(`Berth          ${system.url}`);
  say(`API document   ${system.url}/v1/openapi.json`);
  if (process.env['BERTH_CLOUD'] !== 'aws') {
    const demo = await demoAccount(system.url, home);
    say(`Demo login     ${demo.email}  ${demo.password}`);
    say(`API token      ${demo.token}`);
  }
  say('\nCtrl-C stops everything; the data stays.');
  await stopped;
  say('Stopping …');
  await system.stop();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
