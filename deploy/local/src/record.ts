import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Api } from './api.ts';
import { startBroker } from './broker.ts';
import { demoAccount } from './demo-account.ts';
import { aborted, interruption } from './interruption.ts';
import { mainJob } from './main-job.ts';
import { freePorts } from './ports.ts';
import { RECORDING, RECORDING_KEY, writeRecording } from './recorded/recording.ts';
import { tap } from './recorded/tap.ts';
import { tidied } from './recorded/tidy.ts';
import { startSystem } from './system.ts';

/** `npm run record`: one run of the demo, and all that its services said to each other, into the repository. */
const signal = interruption();
const say = (line: string) => process.stdout.write(`${line}\n`);
const home = mkdtempSync(join(tmpdir(), 'berth-record-'));
const [port, awsPort, instancePort] = (await freePorts(3)) as [number, number, number];
const broker = await startBroker({ home: join(home, 'broker'), management: true });
try {
  const recording = await tap(broker.url, broker.managementUrl);
  const from = new Date().toISOString();
  const system = await startSystem({
    ...{ home, port, awsPort, instancePort, amqpUrl: broker.url, signal },
    env: { BERTH_SECRETS_KEY: RECORDING_KEY },
    progress: (line) => say(`  ${line}`),
  });
  try {
    const { token } = await demoAccount(system.url, home);
    const api = new Api(system.url, token);
    const work = mainJob(api, system.awsEndpoint, say).then(() => look(api));
    await Promise.race([work, aborted(signal)]);
    const { offsetMilliseconds } = (await (await fetch(`${system.awsEndpoint}/_sim/clock`)).json()) as {
      offsetMilliseconds: number;
    };
    const said = tidied(recording.said);
    const to = new Date(Date.now() + offsetMilliseconds).toISOString();
    mkdirSync(dirname(RECORDING), { recursive: true });
    writeFileSync(RECORDING, writeRecording({ span: { from, to }, said }));
    say(`\n${said.length} messages are in ${RECORDING}`);
  } finally {
    await system.stop();
  }
  await recording.stop();
} finally {
  await broker.stop();
  rmSync(home, { recursive: true, force: true });
}

/** What a person who looks around asks for besides, so that the gateway has something to show when it runs alone. */
async function look(api: Api): Promise<void> {
  for (const path of [
    '/me',
    '/catalog',
    '/servers?includeTerminated=true',
    '/operations',
    '/tokens',
    '/costs',
  ]) {
    await api.get(`/v1${path}`);
  }
  const { items } = await api.get<{ items: { id: string }[] }>('/v1/servers?includeTerminated=true');
  for (const { id } of items) await api.get(`/v1/servers/${id}/timeline`);
}
