import type {
  BlockDeviceMapping,
  InstanceNetworkInterfaceSpecification,
  Reservation,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, invalid, required } from '../errors.ts';
import { ACCOUNT } from '../sns/fauxqs.ts';
import type { World } from '../world.ts';
import { ClientTokens } from './client-tokens.ts';
import { imageNamed, ROOT } from './images.operations.ts';
import { instanceView } from './instance.view.ts';
import type { Instance, Subnet } from './model.ts';
import type { Ec2Call } from './operations.ts';
import { specifiedTags } from './tags.ts';
import { volumeSpecOf, type VolumeSpec } from './volume-spec.ts';

const MOST_USER_DATA_BYTES = 16_384;
const MOST_INSTANCES = 100;

/**
 * RunInstances, in AWS's order: a replay is answered before anything is looked at, a bad request before capacity is.
 * A refused request leaves its client token unused.
 */
export function runInstances(world: World, input: RunInstancesRequest, { region }: Ec2Call): Reservation {
  const tokens = new ClientTokens(world.store, 'instance');
  const replay = tokens.replay(region, input);
  if (replay) {
    return reservation(
      world,
      replay.flatMap((id) => world.instances.table.get(id) ?? []),
    );
  }
  const plan = planOf(world, input, region);
  const count = grantedCount(world, input, plan);
  if (input.DryRun) throw dryRun();
  const launched = launch(world, plan, count);
  tokens.remember(
    region,
    input,
    launched.map(({ id }) => id),
  );
  return reservation(world, launched);
}

export const dryRun = () =>
  new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);

/** HTTP 500, so the SDK takes it for a transient fault and tries again: callers have to classify it themselves. */
export const insufficientCapacity = (instanceType: string, zone: string) =>
  new AwsError(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested (${zone}). ` +
      'Our system will be working on provisioning additional capacity.',
    500,
  );

/** How many more instances of the type can be on in the zone. */
export function capacityLeft({ faults, instances }: World, zone: string, instanceType: string): number {
  const on = instances
    .remembered()
    .filter((instance) => instance.zone === zone && instance.instanceType === instanceType)
    .filter(({ state }) => state !== 'stopped' && state !== 'terminated');
  return faults.capacityOf(zone, instanceType) - on.length;
}

interface Plan {
  instance: Parameters<World['instances']['launch']>[0];
  volumes: VolumeSpec[];
}

function planOf(world: World, input: RunInstancesRequest, region: string): Plan {
  const image = imageNamed(required(input.ImageId, 'ImageId'));
  const instanceType = knownType(input.InstanceType ?? 'm1.small');
  const card = input.NetworkInterfaces?.[0];
  const subnet = subnetOf(world, input, card, region);
  const devices: BlockDeviceMapping[] = input.BlockDeviceMappings ?? [];
  const withRoot = devices.some(({ DeviceName }) => DeviceName === ROOT.device)
    ? devices
    : [{ DeviceName: ROOT.device }, ...devices];
  const instance: Plan['instance'] = {
    reservationId: world.random.id('r'),
    launchIndex: 0,
    region,
    zone: subnet.zone,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    imageId: image.id,
    instanceType,
    httpTokens: input.MetadataOptions?.HttpTokens ?? 'optional',
    securityGroupIds: groupsOf(world, input.SecurityGroupIds ?? card?.Groups, subnet, region),
    mapPublicIp: card?.AssociatePublicIpAddress ?? subnet.mapPublicIp,
    disableApiTermination: input.DisableApiTermination ?? false,
    shutdownBehavior: input.InstanceInitiatedShutdownBehavior === 'terminate' ? 'terminate' : 'stop',
    rootDevice: ROOT.device,
    tags: specifiedTags(input.TagSpecifications, 'instance'),
    ...(input.ClientToken !== undefined && { clientToken: input.ClientToken }),
    ...(input.UserData !== undefined && { userData: checkedUserData(input.UserData) }),
    ...(input.IamInstanceProfile && { iamInstanceProfile: profileName(input.IamInstanceProfile) }),
  };
  const tags = specifiedTags(input.TagSpecifications, 'volume');
  return {
    instance,
    volumes: withRoot.map((device) => volumeSpecOf(device, { rootSizeGib: ROOT.sizeGib, tags })),
  };
}

function grantedCount(world: World, input: RunInstancesRequest, { instance }: Plan): number {
  const least = required(input.MinCount, 'MinCount');
  const most = required(input.MaxCount, 'MaxCount');
  if (least < 1 || most < least || most > MOST_INSTANCES) {
    throw invalid(`Value (${least}, ${most}) for parameters minCount, maxCount is invalid.`);
  }
  const left = capacityLeft(world, instance.zone, instance.instanceType);
  if (left < least) throw insufficientCapacity(instance.instanceType, instance.zone);
  return Math.min(most, left);
}

function launch({ instances, volumes, delays, faults }: World, plan: Plan, count: number): Instance[] {
  const visibleInSeconds = Math.max(delays('visible'), faults.hiddenSeconds);
  const { region, zone } = plan.instance;
  return Array.from({ length: count }, (_, launchIndex) => {
    const instance = instances.launch({ ...plan.instance, launchIndex }, visibleInSeconds);
    for (const { device, deleteOnTermination, ...volume } of plan.volumes) {
      const attachment = { instanceId: instance.id, device, deleteOnTermination };
      volumes.createAttached({ ...volume, region, zone }, attachment, visibleInSeconds);
    }
    return instance;
  });
}

function reservation({ volumes }: World, launched: Instance[]): Reservation {
  return {
    ReservationId: launched[0]?.reservationId,
    OwnerId: ACCOUNT,
    Groups: [],
    Instances: launched.map((instance) => instanceView(instance, volumes)),
  };
}

/** @throws AwsError for what can be no instance type */
export function knownType(instanceType: string): string {
  if (
    /^[a-z]+[0-9][a-z0-9-]*\.(nano|micro|small|medium|large|xlarge|\d+xlarge|metal(-\w+)?)$/.test(
      instanceType,
    )
  ) {
    return instanceType;
  }
  throw invalid(`Invalid value '${instanceType}' for InstanceType.`);
}

function subnetOf(
  { network }: World,
  input: RunInstancesRequest,
  card: InstanceNetworkInterfaceSpecification | undefined,
  region: string,
): Subnet {
  const id = input.SubnetId ?? card?.SubnetId;
  const zone = input.Placement?.AvailabilityZone;
  if (zone !== undefined && !network.zonesOf(region).includes(zone)) {
    throw invalid(`Invalid availability zone: [${zone}]`);
  }
  if (id === undefined) {
    const vpc = network.defaultVpc(region);
    const inZone = network.subnets
      .all()
      .filter((subnet) => subnet.vpcId === vpc.id && subnet.zone === (zone ?? subnet.zone))
      .sort((a, b) => a.zone.localeCompare(b.zone))[0];
    if (!inZone) throw new AwsError('MissingInput', `No subnet for the zone ${zone}`);
    return inZone;
  }
  const subnet = network.subnet(region, id);
  if (zone !== undefined && zone !== subnet.zone) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The subnet '${id}' is not in the Availability Zone '${zone}'`,
    );
  }
  return subnet;
}

function groupsOf({ network }: World, ids: string[] | undefined, subnet: Subnet, region: string): string[] {
  if (ids?.length) return ids.map((id) => network.group(region, id).id);
  return network.groups
    .all()
    .filter((group) => group.vpcId === subnet.vpcId && group.name === 'default')
    .map(({ id }) => id);
}

function checkedUserData(userData: string): string {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(userData)) throw invalid('Invalid BASE64 encoding of user data.');
  if (Buffer.from(userData, 'base64').length > MOST_USER_DATA_BYTES) {
    throw invalid('User data is limited to 16384 bytes');
  }
  return userData;
}

const profileName = ({ Arn, Name }: { Arn?: string | undefined; Name?: string | undefined }) =>
  Name ?? Arn?.split('/').at(-1) ?? '';
