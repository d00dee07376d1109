import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { compared } from './books.ts';
import { none, type Check } from './check.ts';
import { Killed } from './killed.ts';
import { numberIn } from './parcel.ts';
import type { Cast } from './under-kill.ts';
import { until } from './waiting.ts';

const KILLED_REPLAYS = 5;

/**
 * What was poison is no poison any more, and people put the dead letters back; the command they use is killed on its way,
 * five times at another moment, and so is the consumer.
 */
export async function replayUnderKill(cast: Cast): Promise<Check[]> {
  const { stage, books, letters, random, signal } = cast;
  const before = await letters.list();
  const healed = before.filter(({ reason }) => reason !== 'unreadable').map(({ body }) => numberIn(body));
  const consumer = new Killed(stage.processes, 'consumer.main', ['healed'], stage.env);
  consumer.start();
  let halfWay = 0;
  for (let round = 0; round < KILLED_REPLAYS; round++) {
    const replay = letters.replayAll();
    const ended = once(replay, 'exit');
    // It takes about half a second to start and some milliseconds for its work.
    await Promise.race([ended, delay(random.between(300, 900), undefined, { signal })]);
    if (replay.kill('SIGKILL')) halfWay++;
    await ended;
    await consumer.kill();
  }
  const replay = letters.replayAll();
  await once(replay, 'exit');
  const wanted = before.length - healed.length;
  const back = await until(
    async () =>
      (await books.effects.countDocuments({ number: { $in: healed } })) >= healed.length &&
      (await letters.list()).length === wanted,
    { withinSeconds: 60, progress: () => 'waiting for what was put back', signal },
  );
  const effects = compared(healed, await books.effectNumbers());
  await consumer.stop();
  return [
    { name: 'replays killed on their way', mustBe: '', measured: `${halfWay}, of ${before.length} letters` },
    none('letters lost', effects.lost),
    none('effects of them done twice', effects.doubled),
    {
      name: 'unreadable ones that are there again',
      mustBe: String(wanted),
      measured: String((await letters.list()).length),
      holds: back,
    },
  ];
}
