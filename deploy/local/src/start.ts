import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { defaultHome } from './home.ts';
import { demoAccount } from './demo-account.ts';
import { interruption } from './interruption.ts';
import { showsMail } from './parts.ts';
import { demoStaff } from './staff.ts';
import { serviceNamed, startSystem } from './system.ts';

/** `npm start [-- --without billing]`: the whole system, or all but some of its services, until Ctrl-C. */
const port = Number(process.env['BERTH_PORT'] ?? 8080);
const awsPort = Number(process.env['BERTH_AWS_PORT'] ?? 4566);
const instancePort = Number(process.env['BERTH_SIM_INSTANCE_PORT'] ?? 4580);
const home = defaultHome();
const { AMQP_URL: amqpUrl, MONGODB_URI: mongoUri } = process.env;
const say = (line: string) => process.stdout.write(`${line}\n`);

const signal = interruption();
const stopped = once(signal, 'abort');

try {
  const { values } = parseArgs({ options: { without: { type: 'string', multiple: true, default: [] } } });
  const without = values.without.flatMap((names) => names.split(',')).map(serviceNamed);
  say(`Starting Berth; data and logs are in ${home}`);
  const startedAt = performance.now();
  const system = await startSystem({
    ...{ home, port, awsPort, instancePort, amqpUrl, mongoUri },
    without,
    signal,
    progress: (line) => say(`  ${line}`),
  });
  say(`  ready      after ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  say(`Berth          ${system.url}`);
  say(`API document   ${system.url}/v1/openapi.json`);
  for (const service of without) say(`Without        ${service}: npx nx serve ${service}`);
  const canSignUp = !without.includes('gateway') && !without.includes('accounts');
  if (showsMail() && canSignUp) say(`Mailbox        ${system.url}/dev/mail`);
  if (process.env['BERTH_CLOUD'] !== 'aws' && canSignUp) {
    const demo = await demoAccount(system.url, home);
    say(`Demo login     ${demo.email}  ${demo.password}`);
    say(`API token      ${demo.token}`);
    const staff = await demoStaff(system);
    say(`Staff login    ${staff.email}  ${staff.password}`);
  }
  say('\nCtrl-C stops everything; the data stays.');
  await stopped;
  say('Stopping …');
  await system.stop();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
