import { onOneBerth } from '../api/shared-berth.ts';
import { timed } from '../api/timed.ts';
import type { Bench, Sample } from '../bench.ts';
import { median, percentile } from '../statistics.ts';
import type { Stage } from '../stage.ts';
import { addServers, type KnownServer } from './account.ts';
import { changing } from './changing.ts';
import { movedTo28th, type SimulatedTime } from './simulated-time.ts';

const SERVERS = 1_000;
const REQUESTS = 500;
const CHANGES_PER_SECOND = 20;

interface Prepared {
  stage: Stage;
  servers: KnownServer[];
  time: SimulatedTime;
  url: string;
  headers: Record<string, string>;
}

const side = onOneBerth<Prepared>({}, async ({ system, customer }, stage) => {
  const time = await movedTo28th(system.awsEndpoint);
  const { accountId, token } = customer;
  const wanted = { clockUrl: time.url, now: time.now(), accountId, servers: SERVERS };
  return {
    ...{ stage, time, servers: await addServers(stage, wanted) },
    url: `${system.url}/v1/costs`,
    headers: { authorization: `Bearer ${token}` },
  };
});

export const costs: Bench = {
  name: 'costs',
  about:
    '`GET /v1/costs` of an account with 1,000 servers that were paused 20 times each in the month, on the 28th: 500 requests, one after the other, through gateway ' +
    'and bus, while every second 20 of its servers change their state and billing takes that up; all of Berth on this machine. Against the same while nothing changes.',
  rounds: 5,
  ours: side(whileChanging),
  references: { 'nothing changing': side(asked) },
  goals: [
    { measure: 'p99 ms', atMost: 100 },
    { measure: 'p99 ms', against: 'nothing changing' },
    { measure: 'median ms', against: 'nothing changing' },
    { measure: 'changes/s taken up' },
  ],
};

async function whileChanging(prepared: Prepared): Promise<Sample> {
  const { stage, servers, time } = prepared;
  const changes = await changing(stage, servers, { perSecond: CHANGES_PER_SECOND, now: time.now });
  const sample = await asked(prepared);
  return { ...sample, 'changes/s taken up': await changes.stop() };
}

async function asked({ url, headers }: Prepared): Promise<Sample> {
  const times: number[] = [];
  for (let number = 0; number < REQUESTS; number++) {
    const { status, ms } = await timed({ method: 'GET', url, headers });
    if (status !== 200) throw new Error(`It was answered ${status}`);
    times.push(ms);
  }
  return { 'p99 ms': percentile(times, 99), 'median ms': median(times) };
}
