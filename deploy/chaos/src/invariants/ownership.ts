import type { Evidence } from '../evidence.ts';
import { ownerOf } from '../evidence/truth.ts';
import { aboutServer } from './finding.ts';
import { counted, type Invariant } from './invariant.ts';
import { isDataDisk, isDeleted, isGone, worldOf, type World } from './world.ts';

/** What has an instance and a disk while it exists; a lost host takes only the instance along. */
const WITH_INSTANCE: readonly string[] = ['running', 'paused', 'pausing', 'resuming', 'configuring'];
const WITHOUT_ANYTHING: readonly string[] = ['terminated', 'failed'];

/** Instances and volumes at EC2 whose server is not there or over, and servers without theirs. */
export const ownership: Invariant = {
  name: 'EC2 instances and volumes that no server owns, and the other way round',
  mustBe: '0',
  check(evidence) {
    const world = worldOf(evidence);
    return counted([...ownerless(evidence, world), ...robbed(evidence, world)]);
  },
};

function ownerless({ truth, databases }: Evidence, { servers }: World): string[] {
  const known = new Map(databases.instances.map(({ serverId, instanceId }) => [serverId, instanceId]));
  const instances = truth.instances
    .filter((each) => !isGone(each))
    .flatMap((instance) => {
      const owner = ownerOf(instance);
      const server = servers.get(owner ?? '');
      if (!server)
        return [`${instance.id} is ${instance.state} for ${owner ?? 'nobody'}, which nobody knows`];
      if (WITHOUT_ANYTHING.includes(server.server.status))
        return [aboutServer(server, `${instance.id} to be gone`, `it is ${instance.state}`)];
      const its = known.get(server.server.id) ?? 'none';
      if (its !== instance.id)
        return [aboutServer(server, `${its} as its instance`, `${instance.id}, which is ${instance.state}`)];
      return [];
    });
  const volumes = truth.volumes
    .filter((each) => !isDeleted(each))
    .flatMap((volume) => {
      const owner = ownerOf(volume);
      const server = servers.get(owner ?? '');
      if (!server) return [`${volume.id} is ${volume.state} for ${owner ?? 'nobody'}, which nobody knows`];
      if (WITHOUT_ANYTHING.includes(server.server.status))
        return [aboutServer(server, `${volume.id} to be deleted`, `it is ${volume.state}`)];
      return [];
    });
  return [...instances, ...volumes];
}

function robbed({ servers }: Evidence, world: World): string[] {
  return servers.flatMap((each) => {
    const { id, status } = each.server;
    if (WITHOUT_ANYTHING.includes(status)) return [];
    const instances = world.instancesOf(id).filter((instance) => !isGone(instance));
    const volumes = world.volumesOf(id).filter((volume) => !isDeleted(volume) && isDataDisk(volume));
    if (WITH_INSTANCE.includes(status) && instances.length !== 1)
      return [aboutServer(each, `one instance while ${status}`, String(instances.length))];
    const ran = each.timeline.some(({ to }) => to === 'running');
    if (ran && volumes.length !== 1)
      return [aboutServer(each, `its one disk while ${status}`, `${volumes.length} disks`)];
    return [];
  });
}
