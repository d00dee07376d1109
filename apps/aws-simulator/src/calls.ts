import { AwsError, LostAnswer, Throttled } from './errors.ts';
import type { Subject } from './faults.ts';
import type { World } from './world.ts';

export interface Call {
  service: 'ec2' | 'route53';
  region: string;
  operation: string;
  input: object;
}

/**
 * One call, through all that may happen to it: throttled, delayed or refused by the fault script, done, and then its
 * answer lost. What was done is stored before the answer leaves.
 */
export function perform<T>(world: World, call: Call, work: () => T | Promise<T>): Promise<T> {
  return world.counters.counting(call, () => performed(world, call, work));
}

async function performed<T>(world: World, call: Call, work: () => T | Promise<T>): Promise<T> {
  const { store, clock, faults, throttle } = world;
  if (!throttle.allows(call)) throw throttled(call);
  const rule = faults.take({ operation: call.operation, subjects: subjectsOf(world, call) });
  store.commit();
  if (rule?.delaySeconds !== undefined && !rule.afterWork) await clock.sleep(rule.delaySeconds);
  const error =
    rule?.error &&
    new AwsError(rule.error.code, rule.error.message ?? 'by the fault script', rule.error.status);
  if (error && !rule.afterWork) throw error;
  const result = await work();
  store.commit();
  if (!rule?.afterWork) return result;
  if (rule.delaySeconds !== undefined) await clock.sleep(rule.delaySeconds);
  throw error ?? new LostAnswer();
}

const throttled = ({ service }: Call) =>
  service === 'ec2'
    ? new Throttled('RequestLimitExceeded', 'Request limit exceeded.', 503)
    : new Throttled('Throttling', 'Rate exceeded');

/** What a request is about, for the `where` of fault rules: read leniently, since it is not validated yet. */
function subjectsOf({ instances, volumes, network }: World, { region, input }: Call): Subject[] {
  const request = input as Request;
  const ids = [
    request.InstanceId,
    ...(request.InstanceIds ?? []),
    request.VolumeId,
    ...(request.VolumeIds ?? []),
    ...(request.Resources ?? []),
  ];
  const existing = ids.flatMap((id): Subject[] => {
    const instance = id === undefined ? undefined : instances.table.get(id);
    const volume = id === undefined ? undefined : volumes.table.get(id);
    if (instance) return [{ ...instance, region, instanceId: instance.id }];
    return volume ? [{ region, zone: volume.zone, volumeId: volume.id, tags: volume.tags }] : [];
  });
  const records = (request.ChangeBatch?.Changes ?? []).map(({ ResourceRecordSet: set }) => ({
    recordName: set?.Name?.toLowerCase().replace(/\.$/, ''),
  }));
  const subnet = network.subnets.get(request.SubnetId ?? request.NetworkInterfaces?.[0]?.SubnetId ?? '');
  const tags = (request.TagSpecifications ?? []).flatMap((specification) => specification.Tags ?? []);
  const made: Subject = {
    region,
    zone: subnet?.zone ?? request.Placement?.AvailabilityZone ?? request.AvailabilityZone,
    instanceType: typeof request.InstanceType === 'string' ? request.InstanceType : undefined,
    imageId: request.ImageId,
    tags: Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
  };
  return [...existing, ...records, made];
}

/** The members that operations have in common. */
interface Request {
  InstanceId?: string;
  InstanceIds?: string[];
  VolumeId?: string;
  VolumeIds?: string[];
  Resources?: string[];
  InstanceType?: unknown;
  ImageId?: string;
  SubnetId?: string;
  AvailabilityZone?: string;
  NetworkInterfaces?: { SubnetId?: string }[];
  Placement?: { AvailabilityZone?: string };
  TagSpecifications?: { Tags?: { Key?: string; Value?: string }[] }[];
  ChangeBatch?: { Changes?: { ResourceRecordSet?: { Name?: string } }[] };
}
