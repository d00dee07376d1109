import { setTimeout as delay } from 'node:timers/promises';
import type { Ids } from './ids.ts';
import type { Said } from './recording.ts';

const WITHIN_MILLISECONDS = 5_000;

interface Simulated {
  instances: { id: string; tags: Record<string, string> }[];
}

/**
 * Observations of an instance that the service itself has launched this time, in the simulated EC2: before one is said, the
 * instance's new id is looked up. Of one that does not come within 5 s it is said under the old id.
 */
export function learnInstances(awsEndpoint: string, ids: Ids): (message: Said) => Promise<void> {
  const known = new Set<string>();
  return async ({ body }) => {
    const { serverId, instanceId } = body as { serverId?: string; instanceId?: string | null };
    if (!serverId || !instanceId || known.has(instanceId)) return;
    const until = performance.now() + WITHIN_MILLISECONDS;
    while (performance.now() < until) {
      const { instances } = (await (await fetch(`${awsEndpoint}/_sim/state`)).json()) as Simulated;
      const mine = instances.find(({ tags }) => tags['berth:server-id'] === ids.live(serverId));
      if (mine) {
        ids.learn(instanceId, mine.id);
        known.add(instanceId);
        return;
      }
      await delay(100);
    }
  };
}
