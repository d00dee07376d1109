import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2';
import { AwsError, invalid, required } from '../errors.ts';
import type { Random } from '../random.ts';
import { ACCOUNT } from '../sns/fauxqs.ts';
import type { World } from '../world.ts';
import { filtered } from './filters.ts';
import type { Ingress, SecurityGroup } from './model.ts';
import type { Ec2Call } from './operations.ts';
import { specifiedTags, tagList } from './tags.ts';

export function securityGroupOperations({ network, instances, random, clock }: World) {
  const ofRegion = (region: string) => network.groups.all().filter((group) => group.region === region);

  return {
    CreateSecurityGroup(input: CreateSecurityGroupRequest, { region }: Ec2Call): CreateSecurityGroupResult {
      const name = required(input.GroupName, 'GroupName');
      const description = required(input.Description, 'GroupDescription');
      const vpcId = input.VpcId ? network.vpc(region, input.VpcId).id : network.defaultVpc(region).id;
      if (ofRegion(region).some((group) => group.vpcId === vpcId && group.name === name)) {
        throw new AwsError(
          'InvalidGroup.Duplicate',
          `The security group '${name}' already exists for VPC '${vpcId}'`,
        );
      }
      const tags = specifiedTags(input.TagSpecifications, 'security-group');
      const group = network.createGroup({ region, vpcId, name, description, tags }, clock.now());
      return { GroupId: group.id, Tags: tagList(tags) };
    },

    DescribeSecurityGroups(
      input: DescribeSecurityGroupsRequest,
      { region }: Ec2Call,
    ): DescribeSecurityGroupsResult {
      const named = input.GroupIds?.map((id) => network.group(region, id));
      const groups = filtered(named ?? ofRegion(region), input.Filters, {
        'group-id': (group) => [group.id],
        'group-name': (group) => [group.name],
        'vpc-id': (group) => [group.vpcId],
        description: (group) => [group.description],
      });
      return { SecurityGroups: groups.map(groupView) };
    },

    AuthorizeSecurityGroupIngress(
      input: AuthorizeSecurityGroupIngressRequest,
      { region }: Ec2Call,
    ): AuthorizeSecurityGroupIngressResult {
      const group = network.group(region, required(input.GroupId, 'GroupId'));
      const added = permissionsOf(input).flatMap((permission) => rulesOf(permission, random));
      if (added.length === 0) throw new AwsError('MissingParameter', 'The request must contain permissions');
      const duplicate = added.find((rule) => group.ingress.some((other) => sameRule(rule, other)));
      if (duplicate) {
        throw new AwsError(
          'InvalidPermission.Duplicate',
          `the specified rule "peer: ${duplicate.source}, ${duplicate.protocol}, ALLOW" already exists`,
        );
      }
      network.groups.put(group.id, { ...group, ingress: [...group.ingress, ...added] });
      return { Return: true, SecurityGroupRules: added.map((rule) => ruleView(group, rule)) };
    },

    RevokeSecurityGroupIngress(
      input: RevokeSecurityGroupIngressRequest,
      { region }: Ec2Call,
    ): RevokeSecurityGroupIngressResult {
      const group = network.group(region, required(input.GroupId, 'GroupId'));
      const removed = permissionsOf(input).flatMap((permission) => rulesOf(permission, random));
      const unknown = removed.find((rule) => !group.ingress.some((other) => sameRule(rule, other)));
      if (unknown) {
        throw new AwsError(
          'InvalidPermission.NotFound',
          'The specified rule does not exist in this security group.',
        );
      }
      const ingress = group.ingress.filter((rule) => !removed.some((other) => sameRule(rule, other)));
      network.groups.put(group.id, { ...group, ingress });
      return { Return: true };
    },

    DeleteSecurityGroup(input: DeleteSecurityGroupRequest, { region }: Ec2Call): DeleteSecurityGroupResult {
      const group = network.group(region, required(input.GroupId, 'GroupId'));
      const used = instances.table
        .all()
        .some((instance) => instance.state !== 'terminated' && instance.securityGroupIds.includes(group.id));
      if (used) throw new AwsError('DependencyViolation', `resource ${group.id} has a dependent object`);
      if (group.name === 'default') {
        throw new AwsError(
          'CannotDelete',
          `the specified group: "${group.id}" name: "default" cannot be deleted`,
        );
      }
      network.groups.remove(group.id);
      return { Return: true, GroupId: group.id };
    },
  };
}

/** Permissions come as a list, or one as plain parameters. */
function permissionsOf(
  input: AuthorizeSecurityGroupIngressRequest | RevokeSecurityGroupIngressRequest,
): IpPermission[] {
  if (input.IpPermissions) return input.IpPermissions;
  if (!input.CidrIp) return [];
  const { IpProtocol, FromPort, ToPort, CidrIp } = input;
  return [{ IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] }];
}

function rulesOf(permission: IpPermission, random: Random): Ingress[] {
  const protocol = required(permission.IpProtocol, 'IpProtocol');
  const { FromPort: fromPort, ToPort: toPort } = permission;
  if (
    ['tcp', 'udp'].includes(protocol) &&
    !(fromPort !== undefined && toPort !== undefined && fromPort <= toPort)
  ) {
    throw invalid(`Invalid value for portRange: ${fromPort}-${toPort}`);
  }
  const sources = [
    ...(permission.IpRanges ?? []).map((range) => ({ source: range.CidrIp, description: range.Description })),
    ...(permission.Ipv6Ranges ?? []).map((range) => ({
      source: range.CidrIpv6,
      description: range.Description,
    })),
    ...(permission.UserIdGroupPairs ?? []).map((pair) => ({
      source: pair.GroupId,
      description: pair.Description,
    })),
  ];
  return sources.map(({ source, description }) => ({
    ruleId: random.id('sgr'),
    protocol,
    source: required(source, 'CidrIp'),
    ...(fromPort !== undefined && { fromPort }),
    ...(toPort !== undefined && { toPort }),
    ...(description !== undefined && { description }),
  }));
}

const sameRule = (a: Ingress, b: Ingress) =>
  a.protocol === b.protocol && a.fromPort === b.fromPort && a.toPort === b.toPort && a.source === b.source;

const groupView = (group: SecurityGroup) => ({
  GroupId: group.id,
  GroupName: group.name,
  Description: group.description,
  VpcId: group.vpcId,
  OwnerId: ACCOUNT,
  Tags: tagList(group.tags),
  IpPermissions: group.ingress.map(permissionView),
  IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
});

function permissionView({ protocol, fromPort, toPort, source, description }: Ingress): IpPermission {
  const ports = { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort };
  const Description = description;
  if (source.startsWith('sg-')) return { ...ports, UserIdGroupPairs: [{ GroupId: source, Description }] };
  if (source.includes(':')) return { ...ports, Ipv6Ranges: [{ CidrIpv6: source, Description }] };
  return { ...ports, IpRanges: [{ CidrIp: source, Description }] };
}

const ruleView = (group: SecurityGroup, rule: Ingress) => ({
  SecurityGroupRuleId: rule.ruleId,
  GroupId: group.id,
  IsEgress: false,
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  ...(rule.source.startsWith('sg-')
    ? {}
    : rule.source.includes(':')
      ? { CidrIpv6: rule.source }
      : { CidrIpv4: rule.source }),
});
