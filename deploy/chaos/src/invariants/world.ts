import { groupBy, type ServerEvidence } from '../evidence/api.ts';
import type { Evidence } from '../evidence.ts';
import { ownerOf, type TrueInstance, type TrueVolume } from '../evidence/truth.ts';

/** The servers by id, and what AWS has and had for each. */
export interface World {
  servers: ReadonlyMap<string, ServerEvidence>;
  /** Every instance there ever was for a server. */
  instancesOf(serverId: string): readonly TrueInstance[];
  volumesOf(serverId: string): readonly TrueVolume[];
}

export function worldOf({ servers, truth }: Evidence): World {
  const instances = groupBy(truth.instances, (instance) => ownerOf(instance) ?? '');
  const volumes = groupBy(truth.volumes, (volume) => ownerOf(volume) ?? '');
  return {
    servers: new Map(servers.map((each) => [each.server.id, each])),
    instancesOf: (serverId) => instances.get(serverId) ?? [],
    volumesOf: (serverId) => volumes.get(serverId) ?? [],
  };
}

export const isGone = ({ state }: TrueInstance): boolean => state === 'terminated';
/** The customer's disk, which outlives instances; the other one is the image's and goes with its instance. */
export const isDataDisk = ({ attachment }: TrueVolume): boolean => !attachment?.deleteOnTermination;
export const isDeleted = ({ state }: TrueVolume): boolean => state === 'deleted';

/** How a host that failed shows in an instance's history; what was ordered or done inside it has other causes. */
const HOST_FAILURE = 'Server.InternalError';
const INSIDE = 'Client.InstanceInitiatedShutdown';

/** Whether something happened to the instance that nobody had ordered from EC2. */
export const sufferedByItself = ({ history }: TrueInstance): boolean =>
  history.some(({ cause }) => cause === HOST_FAILURE || cause === INSIDE);

/** Whether its host took it along for good. */
export const isLost = ({ history }: TrueInstance): boolean =>
  history.some(({ state, cause }) => state === 'terminated' && cause === HOST_FAILURE);
