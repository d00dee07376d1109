import { onOneBerth } from '../api/shared-berth.ts';
import { atRate, timed, type Call } from '../api/timed.ts';
import type { Bench, Sample } from '../bench.ts';
import { percentile } from '../statistics.ts';
import { ANY_ADDRESS, logIn, nobody } from './people.ts';

const SECONDS = 6;
const LOG_INS_PER_SECOND = 200;
const READS_PER_SECOND = 50;

const side = onOneBerth(ANY_ADDRESS, async ({ system: { url }, customer }) => {
  const { id } = await customer.running();
  const headers = { authorization: `Bearer ${customer.token}` };
  return { url, read: { method: 'GET', url: `${url}/v1/servers/${id}`, headers } };
});

export const loginFlood: Bench = {
  name: 'login-flood',
  about:
    `\`GET /v1/servers/{id}\`, ${READS_PER_SECOND} a second, while ${LOG_INS_PER_SECOND} log-ins a second come in from as many addresses, each of which ` +
    'would want a password hashed; against the same without them.',
  rounds: 5,
  ours: side(async ({ url, read }) => {
    const [reads, answered] = await Promise.all([readsOf(read), flood(url)]);
    return { ...reads, 'log-ins looked at %': answered };
  }),
  references: { 'without a flood': side(({ read }) => readsOf(read)) },
  goals: [
    { measure: 'p99 ms', against: 'without a flood', atMost: 2 },
    { measure: 'median ms', against: 'without a flood' },
    { measure: 'log-ins looked at %' },
  ],
};

async function readsOf(read: Call): Promise<Sample> {
  const answers = await atRate(READS_PER_SECOND, SECONDS, () => timed(read));
  const failed = answers.find(({ status }) => status !== 200);
  if (failed) throw new Error(`A read was answered ${failed.status}`);
  const times = answers.map(({ ms }) => ms);
  return { 'p99 ms': percentile(times, 99), 'median ms': percentile(times, 50) };
}

/** How many of a hundred were compared with a hash: the others were told at once that there are too many. */
async function flood(url: string): Promise<number> {
  const answers = await atRate(LOG_INS_PER_SECOND, SECONDS, () => timed(logIn(url, nobody())));
  const unexpected = answers.find(({ status }) => status !== 401 && status !== 503);
  if (unexpected) throw new Error(`A log-in was answered ${unexpected.status}`);
  return (100 * answers.filter(({ status }) => status === 401).length) / answers.length;
}
