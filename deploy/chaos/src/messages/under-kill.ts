import type { Random } from '../random.ts';
import type { BusStage } from './bus-stage.ts';
import { compared, type Books } from './books.ts';
import { none, type Check } from './check.ts';
import { Killed } from './killed.ts';
import type { Letters } from './letters.ts';
import { OldestRow } from './oldest-row.ts';
import type { Outside } from './outside.ts';
import { endsOf, numbersOf, poisonIn, type Plan } from './plan.ts';
import { until } from './waiting.ts';

export interface Cast {
  stage: BusStage;
  books: Books;
  letters: Letters;
  outside: Outside;
  random: Random;
  signal: AbortSignal;
}

const KILL_EVERY_MILLISECONDS = 2_000;
/** Generous: a process that takes longer to start than it is let live gets on slowly. What is not done by then counts as lost. */
const withinSeconds = (count: number) => 240 + count / 20;
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
  const said = () =>
    `${progress.sent} sent, ${progress.handled} handled, killed ${sender.kills} + ${consumer.kills} times`;
  const progress = { sent: 0, handled: 0 };
  const handled = await until(
    async () => {
      progress.sent = await books.sent.countDocuments();
      progress.handled = await books.effects.countDocuments();
      return progress.sent === count && progress.handled >= well.length;
    },
    { withinSeconds: withinSeconds(count), progress: said, signal },
  );
  const buried =
    handled &&
    (await until(async () => (await letters.list()).length === deadly, {
      withinSeconds: withinSeconds(count),
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
  const runs = await Promise.all(enders.map((number) => books.runs.countDocuments({ number })));
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
      name: 'runs of a handler that ends the process',
      mustBe: `≤ ${MOST_RUNS_OF_AN_ENDER}`,
      measured: extremes(runs),
      holds: runs.every((each) => each <= MOST_RUNS_OF_AN_ENDER),
    },
  ];
}

const extremes = (numbers: readonly number[]) =>
  numbers.length ? `${Math.min(...numbers)} to ${Math.max(...numbers)}` : 'none seen';

/** The number of a message by its body; -1 when that cannot be read. */
export function numberIn(body: string): number {
  const [, number = ''] = /"number":(\d+)/.exec(body) ?? [];
  return number === '' ? -1 : Number(number);
}
