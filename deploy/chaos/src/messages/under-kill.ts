import type { Random } from '../random.ts';
import type { BusStage } from './bus-stage.ts';
import { compared, type Books } from './books.ts';
import { none, type Check } from './check.ts';
import { Killed } from './killed.ts';
import type { Letters } from './letters.ts';
import { OldestRow } from './oldest-row.ts';
import type { Outside } from './outside.ts';
import { numberIn } from './parcel.ts';
import { endsOf, numbersOf, poisonIn, type Plan } from './plan.ts';
import { until, untilThereAre } from './waiting.ts';

export interface Cast {
  stage: BusStage;
  books: Books;
  letters: Letters;
  outside: Outside;
  random: Random;
  signal: AbortSignal;
}

const KILL_EVERY_MILLISECONDS = 2_000;
/** Of the last dead letters: ten tries each, and those that end the process have one in each of its short lives. */
const BURIED_WITHIN_SECONDS = 600;
/** Of the policy: after so many attempts a message is a dead letter. */
const MOST_ATTEMPTS = 10;
/** A message that ends the process does so twice among its neighbours before it is handled by itself. */
const MOST_RUNS_OF_AN_ENDER = MOST_ATTEMPTS + 2;

/** Sender and consumer are killed every two seconds until all is done; poison and copies are among the messages. */
export async function underKill(count: number, cast: Cast): Promise<Check[]> {
  const { stage, books, letters, outside, random, signal } = cast;
  const rubbish = Math.ceil(count / 200);
  const range = { first: 0, count };
  const poison = poisonIn(random.fork('poison'), range, {
    'in an error': rubbish,
    'the process': Math.ceil(count / 2_500),
  });
  const plan: Plan = { ...range, perSecond: 1_000, poison };
  const well = numbersOf(plan).filter((number) => endsOf(plan, number) === 'well');
  const deadly = count - well.length + rubbish;

  const sender = new Killed(stage.processes, 'sender.main', [JSON.stringify(plan)], stage.env);
  const consumer = new Killed(stage.processes, 'consumer.main', [], stage.env);
  await outside.sendCopies(random.fork('copies'));
  consumer.start();
  await consumer.ready();
  sender.start();
  const done = new AbortController();
  const oldest = new OldestRow(books);
  const kills = [
    sender.killEvery(KILL_EVERY_MILLISECONDS, done.signal),
    consumer.killEvery(KILL_EVERY_MILLISECONDS, done.signal),
    oldest.watch(done.signal),
  ];
  await outside.sendRubbish(rubbish);
  // However slow: a process that takes longer to start than it is let live gets on slowly.
  const sentAndHandled = async () =>
    (await books.sent.countDocuments()) + (await books.effects.countDocuments());
  const handled = await untilThereAre(count + well.length, sentAndHandled, {
    what: () => `sent and handled, killed ${sender.kills} + ${consumer.kills} times`,
    signal,
  });
  const buried =
    handled &&
    (await until(async () => (await letters.list()).length === deadly, {
      withinSeconds: BURIED_WITHIN_SECONDS,
      progress: () => 'waiting for the dead letters',
      signal,
    }));
  done.abort();
  await Promise.all(kills);
  const emptied = await until(async () => (await books.outbox.countDocuments()) === 0, {
    withinSeconds: 10,
    progress: () => '',
    signal,
  });
  await sender.stop();

  const effects = compared(well, await books.effectNumbers());
  const heard = await outside.handled();
  const sentOn = compared(well, [...heard.values()]);
  const dead = await letters.list();
  const innocent = dead.filter(({ body }) => well.includes(numberIn(body)));
  const enders = Object.entries(poison)
    .filter(([, ends]) => ends === 'the process')
    .map(([number]) => Number(number));
  const buriedOf = await outside.buried();
  const runs = await Promise.all(
    enders.map(async (number) => {
      const count = await books.runs.countDocuments({ number });
      return Math.ceil(count / (buriedOf.get(number) ?? 1));
    }),
  );
  const attempts = dead.filter(({ reason }) => reason !== 'unreadable').map(({ attempts }) => attempts);
  await consumer.stop();
  return [
    { name: 'messages', mustBe: '', measured: `${count}, ${outside.copies} of them twice` },
    { name: 'kills of sender and consumer', mustBe: '', measured: `${sender.kills} and ${consumer.kills}` },
    none('messages lost', effects.lost),
    none('effects done twice', effects.doubled),
    none('events sent on lost', sentOn.lost),
    none('events sent on as two messages', sentOn.doubled),
    {
      name: 'outbox empty after the last kill',
      mustBe: '10 s',
      measured: emptied ? 'yes' : 'no',
      holds: emptied,
    },
    { name: 'oldest row of the outbox meanwhile', mustBe: '', measured: `${oldest.seconds.toFixed(1)} s` },
    {
      name: 'dead letters',
      mustBe: String(deadly),
      measured: String(dead.length),
      holds: buried && dead.length === deadly,
    },
    none('innocent ones among them', innocent.length),
    {
      name: 'attempts of a dead letter',
      mustBe: String(MOST_ATTEMPTS),
      measured: extremes(attempts),
      holds: attempts.length > 0 && attempts.every((each) => each === MOST_ATTEMPTS),
    },
    {
      name: 'runs of a handler that ends the process, for each copy of its message',
      mustBe: `≤ ${MOST_RUNS_OF_AN_ENDER}`,
      measured: extremes(runs),
      holds: runs.every((each) => each <= MOST_RUNS_OF_AN_ENDER),
    },
  ];
}

const extremes = (numbers: readonly number[]) =>
  numbers.length ? `${Math.min(...numbers)} to ${Math.max(...numbers)}` : 'none seen';
