import { fork } from 'node:child_process';
import { once } from 'node:events';
import { basename, extname, join } from 'node:path';
import type { Contender, Sample } from './bench.ts';
import type { Stage } from './stage.ts';

/** Asked of the process: the stage first, then `round` as often as wanted. It ends when the channel is closed. */
export type Ask = Stage | 'round';
export type Answer = { sample: Sample } | { error: string };

const PROGRAM = join(import.meta.dirname, `own-process.main${extname(import.meta.filename)}`);

/**
 * A contender whose module runs in a process of its own, so that no side warms up or litters the memory of another. The
 * module, named by its `import.meta.filename`, exports the {@link Contender} that runs there, as `open` or by another name.
 */
export function inOwnProcess(module: string, name = 'open'): Contender {
  return async (stage) => {
    const child = fork(PROGRAM, [module, name]);
    const ended = once(child, 'exit');
    const failed = ended.then(([code, signal]: unknown[]) => {
      throw new Error(`${basename(module)} has ended with ${String(code ?? signal)}`);
    });
    failed.catch(() => {});
    const ask = async (message: Ask): Promise<Sample> => {
      const answered = once(child, 'message') as Promise<[Answer]>;
      child.send(message);
      const [answer] = await Promise.race([answered, failed]);
      if ('error' in answer) throw new Error(answer.error);
      return answer.sample;
    };
    const stop = async () => {
      if (child.connected) child.disconnect();
      await ended;
    };
    try {
      await ask(stage);
    } catch (error) {
      await stop();
      throw error;
    }
    return { round: () => ask('round'), stop };
  };
}
