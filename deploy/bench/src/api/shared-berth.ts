import type { Contender, Sample } from '../bench.ts';
import type { Stage } from '../stage.ts';
import { Berth } from './berth.ts';

/**
 * One Berth for several sides of a comparison, which take turns anyway: started by the first, stopped with the last. `Prepared` is what `prepare`
 * has made of it.
 */
export function onOneBerth<Prepared>(
  env: NodeJS.ProcessEnv,
  prepare: (berth: Berth, stage: Stage) => Promise<Prepared>,
): (round: (prepared: Prepared) => Promise<Sample>) => Contender {
  let started: Promise<{ berth: Berth; prepared: Prepared }> | undefined;
  let sides = 0;
  const start = async (stage: Stage) => {
    const berth = await Berth.start(stage, env);
    try {
      return { berth, prepared: await prepare(berth, stage) };
    } catch (error) {
      await berth.stop();
      throw error;
    }
  };
  return (round) => async (stage) => {
    started ??= start(stage);
    const { berth, prepared } = await started;
    sides++;
    const stop = async () => {
      if (--sides > 0) return;
      started = undefined;
      await berth.stop();
    };
    return { round: () => round(prepared), stop };
  };
}
