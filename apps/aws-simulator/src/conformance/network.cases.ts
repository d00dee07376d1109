import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect } from '@jest/globals';
import { present, REGION, refusal, type Case, type Target } from './target.ts';

async function group(aws: Target, GroupName = aws.unique()): Promise<string> {
  const { Vpcs } = await aws.ec2.send(new DescribeVpcsCommand({}));
  const command = new CreateSecurityGroupCommand({
    GroupName,
    Description: 'a group',
    VpcId: Vpcs?.[0]?.VpcId,
  });
  return present((await aws.ec2.send(command)).GroupId);
}

const open = (aws: Target, GroupId: string, port: number) =>
  aws.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: port,
          ToPort: port,
          IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'all' }],
        },
      ],
    }),
  );

const remove = (aws: Target, GroupId: string) => aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));

export const networkCases: Case[] = [
  {
    name: 'every zone of the region has a subnet that gives public addresses',
    async expectation(aws) {
      const { AvailabilityZones } = await aws.ec2.send(new DescribeAvailabilityZonesCommand({}));
      const zones = (AvailabilityZones ?? []).map((zone) => zone.ZoneName);
      expect(zones).toEqual(['a', 'b', 'c'].map((letter) => REGION + letter));
      const { Subnets } = await aws.ec2.send(new DescribeSubnetsCommand({}));
      expect((Subnets ?? []).map((subnet) => subnet.AvailabilityZone).sort()).toEqual(zones);
      expect((Subnets ?? []).every((subnet) => subnet.MapPublicIpOnLaunch)).toBe(true);
    },
  },
  {
    name: 'a security group holds the rules that it was given, each once',
    async expectation(aws) {
      const id = await group(aws);
      await open(aws, id, 443);
      expect(await refusal(open(aws, id, 443))).toBe('InvalidPermission.Duplicate');
      const { SecurityGroups } = await aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
      const permission = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
      const IpRanges = [{ CidrIp: '0.0.0.0/0', Description: 'all' }];
      expect(SecurityGroups?.[0]?.IpPermissions).toEqual([
        expect.objectContaining({ ...permission, IpRanges }),
      ]);
    },
  },
  {
    name: 'a rule is taken back as it is shown, once',
    async expectation(aws) {
      const id = await group(aws);
      await open(aws, id, 80);
      await open(aws, id, 443);
      const permissions = async () => {
        const command = new DescribeSecurityGroupsCommand({ GroupIds: [id] });
        return (await aws.ec2.send(command)).SecurityGroups?.[0]?.IpPermissions ?? [];
      };
      const IpPermissions = (await permissions()).filter(({ FromPort }) => FromPort === 80);
      const revoke = () =>
        aws.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions }));
      await revoke();
      expect((await permissions()).map(({ FromPort }) => FromPort)).toEqual([443]);
      expect(await refusal(revoke())).toBe('InvalidPermission.NotFound');
    },
  },
  {
    name: 'two security groups of a VPC have different names',
    async expectation(aws) {
      const name = aws.unique();
      await group(aws, name);
      expect(await refusal(group(aws, name))).toBe('InvalidGroup.Duplicate');
    },
  },
  {
    name: 'a security group is deleted once',
    async expectation(aws) {
      const id = await group(aws);
      expect(await refusal(remove(aws, id))).toBe('no error');
      expect(await refusal(remove(aws, id))).toBe('InvalidGroup.NotFound');
    },
  },
  {
    name: 'a security group is not deleted while an instance uses it',
    async expectation(aws) {
      const id = await group(aws);
      const { InstanceId } = await aws.running({ SecurityGroupIds: [id] });
      expect(await refusal(remove(aws, id))).toBe('DependencyViolation');
      await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
      await aws.inState(InstanceId, 'terminated');
      expect(await refusal(remove(aws, id))).toBe('no error');
    },
  },
  {
    name: 'tags are added, replaced, found and removed',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      const tag = (Value: string) =>
        aws.ec2.send(new CreateTagsCommand({ Resources: [InstanceId], Tags: [{ Key: 'colour', Value }] }));
      const tags = async () => {
        const Filters = [{ Name: 'resource-id', Values: [InstanceId] }];
        return (await aws.ec2.send(new DescribeTagsCommand({ Filters }))).Tags ?? [];
      };
      await tag('blue');
      await tag('green');
      expect(await tags()).toEqual([
        { Key: 'colour', Value: 'green', ResourceId: InstanceId, ResourceType: 'instance' },
      ]);
      await aws.ec2.send(new DeleteTagsCommand({ Resources: [InstanceId], Tags: [{ Key: 'colour' }] }));
      expect(await tags()).toEqual([]);
    },
  },
  {
    name: 'what does not exist gets no tags',
    async expectation(aws) {
      const command = new CreateTagsCommand({
        Resources: ['i-0123456789abcdef0'],
        Tags: [{ Key: 'colour', Value: 'blue' }],
      });
      expect(await refusal(aws.ec2.send(command))).toBe('InvalidInstanceID.NotFound');
    },
  },
];
