import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { Contender, Contestant } from './bench.ts';
import type { Answer, Ask } from './own-process.ts';

/** The other end of `inOwnProcess`. */
const [, , module = '', name = ''] = process.argv;
let contestant: Contestant | undefined;
let asked = Promise.resolve();

process.on('message', (message: Ask) => {
  asked = answerTo(message).then(
    (answer) => void process.send?.(answer),
    (error: unknown) =>
      void process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
await once(process, 'disconnect');
await asked;
await contestant?.stop();
process.exit();

async function answerTo(message: Ask): Promise<Answer> {
  if (message !== 'round') {
    const { [name]: open } = (await import(pathToFileURL(module).href)) as Record<string, Contender>;
    contestant = await open?.(message);
    return { sample: {} };
  }
  if (!contestant) throw new Error('There is no stage yet');
  return { sample: await contestant.round() };
}
