import type { ServerEvidence } from '../evidence/api.ts';
import type { TrueInstance } from '../evidence/truth.ts';
import { aboutServer } from './finding.ts';
import { BOUNDS } from './in-time.ts';
import { share, type Invariant } from './invariant.ts';
import { Time } from './time.ts';
import { isDeleted, isGone, worldOf } from './world.ts';

/** What a customer sees is what is: asked of every server that is at rest. */
export const status: Invariant = {
  name: 'customer-visible status = what the simulator says',
  mustBe: '100 %',
  check(evidence) {
    const world = worldOf(evidence);
    const time = new Time(evidence);
    // What has only just fallen silent may still be found out.
    const justSilent = ({ answered }: TrueInstance) => {
      const since = answered.at(-1)?.to;
      return since != null && time.undisturbed(time.real(since), evidence.gatheredAt) <= BOUNDS.silent;
    };
    const wrong = evidence.servers.flatMap((each) => {
      const instances = world.instancesOf(each.server.id).filter((instance) => !isGone(instance));
      const volumes = world.volumesOf(each.server.id).filter((volume) => !isDeleted(volume));
      const expected = EXPECTED[seenAs(each)];
      const [instance] = instances;
      const answers = instance !== undefined && (instance.ready || justSilent(instance));
      if (!expected || expected.holds(each, instance, { volumes: volumes.length, answers })) return [];
      return [aboutServer(each, `${seenAs(each)}: ${expected.means}`, described(instance, volumes.length))];
    });
    return share(evidence.servers.length, wrong);
  },
};

interface Expectation {
  means: string;
  /** `answers`: it does, or has stopped to so lately that nobody need know. */
  holds(
    each: ServerEvidence,
    instance: TrueInstance | undefined,
    around: { volumes: number; answers: boolean },
  ): boolean;
}

const nothing: Expectation = {
  means: 'no instance, no disk',
  holds: (_, instance, { volumes }) => instance === undefined && volumes === 0,
};

const EXPECTED: Readonly<Record<string, Expectation>> = {
  running: {
    means: 'an instance that is on, answers, and has this address',
    holds: ({ server }, instance, { answers }) =>
      instance?.state === 'running' && answers && instance.publicIp === server.ip,
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
    holds: (_, instance, { volumes }) => instance === undefined && volumes === 1,
  },
  terminated: nothing,
  failed: nothing,
};

const seenAs = ({ server }: ServerEvidence) =>
  server.status === 'unavailable' ? `unavailable ${server.reason}` : server.status;

const described = (instance: TrueInstance | undefined, volumes: number) =>
  `${instance ? `${instance.id} ${instance.state}, ${instance.ready ? 'answering' : 'silent'}, ${instance.publicIp ?? 'no address'}` : 'no instance'}, ${volumes} disk(s)`;
