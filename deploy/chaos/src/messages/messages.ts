import type { Mode } from '../mode.ts';
import { Random } from '../random.ts';
import { Books } from './books.ts';
import { onBusStage } from './bus-stage.ts';
import { tableOf, verdictOf, type Check } from './check.ts';
import { Letters } from './letters.ts';
import { neighboursOfPoison } from './neighbours.ts';
import { Outside } from './outside.ts';
import { replayUnderKill } from './replay.ts';
import { underKill, type Cast } from './under-kill.ts';

export const messages: Mode = {
  flag: 'messages',
  about: '10,000 messages while sender and consumer are killed every 2 s, poison among them (--short: 2,000)',
  async run({ seed, short }, { toStop }) {
    console.log(`Seed ${seed}`);
    const count = short ? 2_000 : 10_000;
    const checks = await onBusStage(async (stage) => {
      const books = await Books.open(stage.env.MONGODB_URI);
      const outside = await Outside.open(stage.env.AMQP_URL);
      const letters = new Letters(stage.env.AMQP_URL);
      const cast: Cast = { stage, books, outside, letters, random: new Random(seed), signal: toStop };
      const parts: Check[][] = [];
      for (const part of [
        () => underKill(count, cast),
        () => replayUnderKill(cast),
        () => neighboursOfPoison(count, short ? 1 : 3, cast),
      ]) {
        const found = await part();
        console.log(`\n${tableOf(found)}\n`);
        parts.push(found);
      }
      await outside.close();
      await books.close();
      return parts.flat();
    });
    return verdictOf(checks);
  },
};
