import type { Stage } from '../stage/stage.ts';
import type { Answered } from './streams.ts';

interface State {
  instances: { tags: Record<string, string>; history: { at: string }[] }[];
}

/** Of each accepted launch of the small account, by when it was ordered: seconds until EC2 had it; null: it never had. */
export async function launchDelays(stage: Stage, answered: readonly Answered[]): Promise<LaunchDelay[]> {
  const { instances } = await stage.aws.get<State>('state');
  const offset = stage.clock.now().getTime() - Date.now();
  const made = new Map(
    instances.map(({ tags, history }) => [
      tags['berth:server-id'],
      Date.parse(history[0]?.at ?? '') - offset,
    ]),
  );
  return answered.flatMap(({ stream, serverId, at }) => {
    if (stream !== 'small launch' || !serverId) return [];
    const madeAt = made.get(serverId);
    return [{ at, seconds: madeAt === undefined ? null : (madeAt - at) / 1000, serverId }];
  });
}

export interface LaunchDelay {
  serverId: string;
  /** When it was ordered, in Unix milliseconds. */
  at: number;
  seconds: number | null;
}
