import type {
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../errors.ts';
import { ACCOUNT } from '../sns/fauxqs.ts';
import type { World } from '../world.ts';
import { filtered } from './filters.ts';
import type { Subnet, Vpc } from './model.ts';
import type { Ec2Call } from './operations.ts';
import { tagList } from './tags.ts';

export function networkOperations({ network }: World) {
  return {
    DescribeVpcs(input: DescribeVpcsRequest, { region }: Ec2Call): DescribeVpcsResult {
      const named = input.VpcIds?.map((id) => network.vpc(region, id));
      const vpcs = filtered(
        named ?? network.vpcs.all().filter((vpc) => vpc.region === region),
        input.Filters,
        {
          'vpc-id': (vpc) => [vpc.id],
          cidr: (vpc) => [vpc.cidr],
          state: () => ['available'],
        },
      );
      return { Vpcs: vpcs.map(vpcView) };
    },

    DescribeSubnets(input: DescribeSubnetsRequest, { region }: Ec2Call): DescribeSubnetsResult {
      const named = input.SubnetIds?.map((id) => network.subnet(region, id));
      const all = network.subnets.all().filter((subnet) => subnet.region === region);
      const subnets = filtered(named ?? all, input.Filters, {
        'subnet-id': (subnet) => [subnet.id],
        'vpc-id': (subnet) => [subnet.vpcId],
        'availability-zone': (subnet) => [subnet.zone],
        state: () => ['available'],
      });
      return { Subnets: subnets.map(subnetView) };
    },

    DescribeAvailabilityZones(
      input: DescribeAvailabilityZonesRequest,
      { region }: Ec2Call,
    ): DescribeAvailabilityZonesResult {
      const zones = network.zonesOf(region);
      const unknown = input.ZoneNames?.find((name) => !zones.includes(name));
      if (unknown) throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${unknown}]`);
      const found = filtered(
        (input.ZoneNames ?? zones).map((name) => ({ name })),
        input.Filters,
        { 'zone-name': (zone) => [zone.name], 'region-name': () => [region], state: () => ['available'] },
      );
      return {
        AvailabilityZones: found.map(({ name }) => ({
          ZoneName: name,
          ZoneType: 'availability-zone',
          RegionName: region,
          State: 'available',
          OptInStatus: 'opt-in-not-required',
        })),
      };
    },
  };
}

const vpcView = (vpc: Vpc) => ({
  VpcId: vpc.id,
  State: 'available' as const,
  CidrBlock: vpc.cidr,
  OwnerId: ACCOUNT,
  IsDefault: false,
  Tags: tagList(vpc.tags),
});

const subnetView = (subnet: Subnet) => ({
  SubnetId: subnet.id,
  VpcId: subnet.vpcId,
  State: 'available' as const,
  CidrBlock: subnet.cidr,
  AvailabilityZone: subnet.zone,
  AvailableIpAddressCount: 16_379,
  MapPublicIpOnLaunch: subnet.mapPublicIp,
  OwnerId: ACCOUNT,
  Tags: tagList(subnet.tags),
});
