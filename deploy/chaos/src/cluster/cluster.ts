import { setTimeout as delay } from 'node:timers/promises';
import { Books, compared } from '../messages/books.ts';
import { onBusStage } from '../messages/bus-stage.ts';
import { none, tableOf, verdictOf, type Check } from '../messages/check.ts';
import { Killed } from '../messages/killed.ts';
import { Outside } from '../messages/outside.ts';
import type { Plan } from '../messages/plan.ts';
import { until, untilThereAre } from '../messages/waiting.ts';
import type { Mode, Told } from '../mode.ts';
import { Cluster, pauseNode } from './nodes.ts';
import { Pauses } from './pauses.ts';

const PER_SECOND = 500;
const QUEUE = 'billing.events';
/** Down for so long after each kill, and left alone for so long when it is up again. */
const DOWN_SECONDS = 3;
const ALONE_SECONDS = 3;
const PAUSE_SECONDS = 15;
/** More than are sent in any run: the sender is stopped when the kills are over. */
const ENDLESS = 500_000;

export const cluster: Mode = {
  flag: 'cluster',
  about: 'three RabbitMQ nodes, the leader killed 20 times under 500 messages/s (--short: 3 times)',
  async run({ short }, told) {
    let nodes: Cluster | undefined;
    const started = async (...args: Parameters<typeof Cluster.start>) => {
      nodes = await Cluster.start(...args);
      return nodes.urls;
    };
    const checks = await onBusStage(async ({ processes, env }) => {
      if (!nodes) throw new Error('There are no nodes');
      const books = await Books.open(env.MONGODB_URI);
      const outside = await Outside.open(env.AMQP_URL.split(',')[0] ?? '');
      await outside.close();
      const plan: Plan = { first: 0, count: ENDLESS, perSecond: PER_SECOND, poison: {} };
      const consumer = new Killed(processes, 'consumer.main', [], env);
      const sender = new Killed(processes, 'sender.main', [JSON.stringify(plan)], env);
      consumer.start();
      await consumer.ready();
      sender.start();
      const sweeper = new Killed(processes, 'sender.main', [JSON.stringify({ ...plan, count: 0 })], env);
      const result = await strike(nodes, { books, sender, sweeper, ...(short ? SHORT : LONG) }, told);
      const heard = await (await Outside.open(env.AMQP_URL.split(',')[0] ?? '')).handled();
      await consumer.stop();
      await books.close();
      return [...result.checks, ...heardChecks(result.sent, [...heard.values()])];
    }, started);
    console.log(tableOf(checks));
    return verdictOf(checks);
  },
};

const LONG = { kills: 20, pauses: 3 };
const SHORT = { kills: 3, pauses: 1 };

interface Strike {
  books: Books;
  sender: Killed;
  /** Sends nothing but what the sender has left. */
  sweeper: Killed;
  kills: number;
  pauses: number;
}

async function strike(nodes: Cluster, { books, sender, sweeper, kills, pauses }: Strike, { toStop }: Told) {
  const done = new AbortController();
  const watched = new Pauses(books);
  const flowing = () => books.effects.countDocuments().then((count) => count > 0);
  const waiting = (withinSeconds: number, what: string) => ({
    withinSeconds,
    progress: () => what,
    signal: toStop,
  });
  await until(flowing, waiting(120, 'waiting for the first message'));
  const startedAt = performance.now();
  const watching = watched.watch(done.signal);
  const wait = (seconds: number) => delay(seconds * 1000, undefined, { signal: toStop });
  for (let kill = 1; kill <= kills; kill++) {
    const [name, node] = await nodes.leaderOf(QUEUE);
    await node.child.crash();
    await wait(DOWN_SECONDS);
    node.start();
    await node.untilUp();
    await wait(ALONE_SECONDS);
    console.log(
      `  ${name}, the leader, was killed (${kill} of ${kills}); ${await books.effects.countDocuments()} handled`,
    );
  }
  for (let pause = 1; pause <= pauses; pause++) {
    const [name, node] = await nodes.leaderOf(QUEUE);
    await pauseNode(node, () => wait(PAUSE_SECONDS));
    await wait(ALONE_SECONDS);
    console.log(`  ${name}, the leader, hung for ${PAUSE_SECONDS} s (${pause} of ${pauses})`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  done.abort();
  await watching;
  await sender.stop();
  const sent = await books.sentNumbers();
  sweeper.start();
  const confirmed = await until(
    async () => (await books.outbox.countDocuments()) === 0,
    waiting(60, 'waiting for the outbox'),
  );
  // On a crowded machine a good part of the messages is still in the queue: how long that takes is no question of loss.
  await untilThereAre(sent.length, () => books.effects.countDocuments(), {
    what: () => 'handled',
    signal: toStop,
  });
  await sweeper.stop();
  const effects = compared(sent, await books.effectNumbers());
  const [slowest] = await books.effects.find().sort({ tookMilliseconds: -1 }).limit(1).toArray();
  const leaders = [...(await nodes.leaders()).values()];
  const checks: Check[] = [
    { name: 'messages', mustBe: '', measured: `${sent.length}, ${Math.round(sent.length / seconds)}/s` },
    { name: 'kills and pauses of the leader', mustBe: '', measured: `${kills} and ${pauses}` },
    { name: 'confirmed', mustBe: 'all', measured: confirmed ? 'all' : 'not all', holds: confirmed },
    none('confirmed and not consumed', effects.lost),
    none('effects done twice', effects.doubled),
    {
      name: 'longest time without a message',
      mustBe: '',
      measured: `${watched.longestSeconds.toFixed(1)} s`,
    },
    {
      name: 'longest way of a message',
      mustBe: '',
      measured: `${((slowest?.tookMilliseconds ?? 0) / 1000).toFixed(1)} s`,
    },
    { name: 'queue leaders in the end', mustBe: '', measured: tally(leaders) },
  ];
  return { sent, checks };
}

function heardChecks(sent: readonly number[], heard: readonly number[]): Check[] {
  const sentOn = compared(sent, heard);
  return [none('events sent on lost', sentOn.lost), none('events sent on as two messages', sentOn.doubled)];
}

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}
