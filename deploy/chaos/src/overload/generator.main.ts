import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Generator } from './generator.ts';
import type { Ask } from './streams.ts';

/** The generator as a process of its own, so that nothing else delays what is due. It ends when its parent does. */
const generator = new Generator();
process.on('message', (ask: Ask) => {
  if (ask === 'report') process.send?.(generator.report());
  else generator.play(ask.url, ask.streams);
});
const ended = new AbortController();
void once(process, 'disconnect').then(() => ended.abort());
while (!ended.signal.aborted) {
  generator.tick();
  await delay(2, undefined, { signal: ended.signal }).catch(() => {});
}
process.exit();
