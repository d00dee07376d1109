import { onOneBerth } from '../api/shared-berth.ts';
import { timed } from '../api/timed.ts';
import type { Bench, Sample } from '../bench.ts';
import { median } from '../statistics.ts';
import { ANY_ADDRESS, logIn, nobody, people, type Login } from './people.ts';

/** Each is tried at by a hundred wrong passwords in a quarter of an hour at most. */
const PEOPLE = 30;
const TRIES = 80;

const side = onOneBerth(ANY_ADDRESS, async (berth) => {
  const known = await people(berth, PEOPLE);
  return {
    url: berth.system.url,
    /** Takes turns, so that what was looked up for one is no help for the next. */
    somebody: (number: number) => ({ ...(known[number % PEOPLE] ?? nobody()), password: 'not this one' }),
  };
});

export const loginRefusals: Bench = {
  name: 'login-refusals',
  about:
    'The refusal of a log-in, one after the other, through the gateway: with the wrong password of somebody who is known, and with an address that ' +
    'nobody has. Who measures both must not be able to tell them apart.',
  rounds: 9,
  ours: side(({ url, somebody }) => refused(url, somebody)),
  references: { 'an address of nobody': side(({ url }) => refused(url, nobody)) },
  goals: [{ measure: 'ms', against: 'an address of nobody', atLeast: 0.9, atMost: 1.1 }],
};

async function refused(url: string, who: (number: number) => Login): Promise<Sample> {
  const times: number[] = [];
  for (let number = 0; number < TRIES; number++) {
    const { status, ms } = await timed(logIn(url, who(number)));
    if (status !== 401) throw new Error(`A wrong password was answered ${status}`);
    times.push(ms);
  }
  return { ms: median(times) };
}
