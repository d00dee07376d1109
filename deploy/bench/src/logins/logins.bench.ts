import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { onOneBerth } from '../api/shared-berth.ts';
import { timed } from '../api/timed.ts';
import type { Bench, Contestant, Sample } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import { ANY_ADDRESS, logIn, people, type Login } from './people.ts';

const SECONDS = 4;
const CLIENTS = 16;
/** Those of accounts. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const side = onOneBerth(ANY_ADDRESS, async (berth) => ({
  url: berth.system.url,
  logins: await people(berth, CLIENTS),
}));

export const logins: Bench = {
  name: 'logins',
  about:
    `Log-ins with the right password, argon2id with 19 MiB and two passes, ${CLIENTS} clients without pause, through the gateway; alone: a ` +
    'process that does nothing but compare the password with the hash, on all cores but the one that accounts leaves to others, and on all.',
  rounds: 5,
  ours: side(({ url, logins }) => forSeconds(CLIENTS, (client) => once(url, logins[client]))),
  references: {
    'argon2 alone': inOwnProcess(import.meta.filename, 'alone'),
    'argon2 alone, all cores': inOwnProcess(import.meta.filename, 'onAllCores'),
  },
  goals: [
    { measure: 'log-ins/s', against: 'argon2 alone', atLeast: 0.8 },
    { measure: 'log-ins/s', against: 'argon2 alone, all cores' },
  ],
};

async function once(url: string, login: Login | undefined): Promise<void> {
  const { status } = await timed(logIn(url, login ?? { email: '', password: '' }));
  if (status !== 201) throw new Error(`A log-in was answered ${status}`);
}

/** The other sides. */
export const alone = () => comparing(Math.max(1, availableParallelism() - 1));
export const onAllCores = () => comparing(availableParallelism());

/** So many at a time: libuv has four threads. */
async function comparing(atOnce: number): Promise<Contestant> {
  const stored = await hash('correct horse battery', PARAMETERS);
  const compare = async () => {
    if (!(await verify(stored, 'correct horse battery'))) throw new Error('It does not match');
  };
  return { round: () => forSeconds(atOnce, compare), stop: async () => {} };
}

/** So many do it again and again. */
async function forSeconds(clients: number, work: (client: number) => Promise<void>): Promise<Sample> {
  const startedAt = performance.now();
  const until = startedAt + SECONDS * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < until) {
        await work(client);
        done++;
      }
    }),
  );
  return { 'log-ins/s': (done * 1000) / (performance.now() - startedAt) };
}
