import { none, type Check } from './check.ts';
import { Killed } from './killed.ts';
import { poisonIn, type Plan } from './plan.ts';
import type { Cast } from './under-kill.ts';
import { until } from './waiting.ts';

const MESSAGES = 1_000;
const PER_SECOND = 150;
/** A hundredth: half of it fails, half cannot be read. */
const FAILING = 5;
const UNREADABLE = 5;

/** How long messages take with poison between them and without, in so many pairs of rounds. Nothing is killed. */
export async function neighboursOfPoison(first: number, pairs: number, cast: Cast): Promise<Check[]> {
  const { stage, books, outside, letters, random, signal } = cast;
  const consumer = new Killed(stage.processes, 'consumer.main', [], stage.env);
  consumer.start();
  await consumer.ready();
  let next = first;

  async function round(poisoned: boolean): Promise<number[]> {
    const range = { first: next, count: MESSAGES };
    next += MESSAGES;
    const poison = poisonIn(random.fork(`poison ${range.first}`), range, {
      'in an error': poisoned ? FAILING : 0,
    });
    const plan: Plan = { ...range, perSecond: PER_SECOND, poison };
    const dead = (await letters.list()).length;
    const sender = new Killed(stage.processes, 'sender.main', [JSON.stringify(plan)], stage.env);
    sender.start();
    if (poisoned) await outside.sendRubbish(UNREADABLE);
    const well = MESSAGES - Object.keys(poison).length;
    const rows = { number: { $gte: range.first } };
    await until(async () => (await books.effects.countDocuments(rows)) >= well, {
      withinSeconds: 120,
      progress: () => 'waiting for a round',
      signal,
    });
    // Poison of this round is none of the next.
    const wanted = dead + (poisoned ? FAILING + UNREADABLE : 0);
    await until(async () => (await letters.list()).length >= wanted, {
      withinSeconds: 120,
      progress: () => 'waiting for its dead letters',
      signal,
    });
    await sender.stop();
    return (await books.effects.find(rows).toArray()).map(({ tookMilliseconds }) => tookMilliseconds);
  }

  await round(false);
  const usual: number[] = [];
  const beside: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    usual.push(...(await round(false)));
    beside.push(...(await round(true)));
  }
  await consumer.stop();
  const ratio = p99(beside) / p99(usual);
  return [
    none('messages beside poison not handled', pairs * (MESSAGES - FAILING) - beside.length),
    { name: 'p99 without poison', mustBe: '', measured: `${p99(usual)} ms` },
    { name: 'p99 beside 1 % of poison', mustBe: '', measured: `${p99(beside)} ms` },
    { name: 'ratio', mustBe: '< 2', measured: ratio.toFixed(2), holds: ratio < 2 },
  ];
}

const p99 = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * 0.99)] ?? Number.NaN;
