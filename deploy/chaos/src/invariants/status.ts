import type { ServerEvidence } from '../evidence/api.ts';
import type { TrueInstance } from '../evidence/truth.ts';
import { aboutServer } from './finding.ts';
import { share, type Invariant } from './invariant.ts';
import { isDeleted, isGone, worldOf } from './world.ts';

/** What a customer sees is what is: asked of every server that is at rest. */
export const status: Invariant = {
  name: 'customer-visible status = what the simulator says',
  mustBe: '100 %',
  check(evidence) {
    const world = worldOf(evidence);
    const wrong = evidence.servers.flatMap((each) => {
      const instances = world.instancesOf(each.server.id).filter((instance) => !isGone(instance));
      const volumes = world.volumesOf(each.server.id).filter((volume) => !isDeleted(volume));
      const expected = EXPECTED[seenAs(each)];
      const [instance] = instances;
      if (!expected || expected.holds(each, instance, volumes.length)) return [];
      return [aboutServer(each, `${seenAs(each)}: ${expected.means}`, described(instance, volumes.length))];
    });
    return share(evidence.servers.length, wrong);
  },
};

interface Expectation {
  means: string;
  holds(each: ServerEvidence, instance: TrueInstance | undefined, volumes: number): boolean;
}

const nothing: Expectation = {
  means: 'no instance, no disk',
  holds: (_, instance, volumes) => instance === undefined && volumes === 0,
};

const EXPECTED: Readonly<Record<string, Expectation>> = {
  running: {
    means: 'an instance that is on, answers, and has this address',
    holds: ({ server }, instance) =>
      instance?.state === 'running' && instance.ready && instance.publicIp === server.ip,
  },
  paused: {
    means: 'an instance that is stopped',
    holds: ({ server }, instance) => instance?.state === 'stopped' && server.ip === null,
  },
  'unavailable app_silent': {
    means: 'an instance that is on and does not answer',
    holds: (_, instance) => instance?.state === 'running' && !instance.ready,
  },
  'unavailable host_failed': {
    means: 'no instance, its disk',
    holds: (_, instance, volumes) => instance === undefined && volumes === 1,
  },
  terminated: nothing,
  failed: nothing,
};

const seenAs = ({ server }: ServerEvidence) =>
  server.status === 'unavailable' ? `unavailable ${server.reason}` : server.status;

const described = (instance: TrueInstance | undefined, volumes: number) =>
  `${instance ? `${instance.id} ${instance.state}, ${instance.ready ? 'answering' : 'silent'}, ${instance.publicIp ?? 'no address'}` : 'no instance'}, ${volumes} disk(s)`;
