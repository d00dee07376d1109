import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { expect } from '@jest/globals';
import { present, REGION, refusal, type Case, type Target } from './target.ts';

export const launchCases: Case[] = [
  {
    name: 'an instance is pending at first, then runs in the zone of its subnet with a public address',
    async expectation(aws) {
      const launched = await aws.run();
      expect(launched.State?.Name).toBe('pending');
      const running = await aws.inState(present(launched.InstanceId), 'running');
      expect(running.PublicIpAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      expect(running.Placement?.AvailabilityZone).toBe(`${REGION}a`);
    },
  },
  {
    name: 'the answer to a launch has no public address yet',
    expectation: async (aws) => expect((await aws.run()).PublicIpAddress).toBeUndefined(),
  },
  {
    name: 'the same client token and request launch once',
    async expectation(aws) {
      const ClientToken = aws.unique();
      const first = await aws.run({ ClientToken });
      const second = await aws.run({ ClientToken });
      expect(second.InstanceId).toBe(first.InstanceId);
    },
  },
  {
    name: 'a client token used for another request is refused',
    async expectation(aws) {
      const ClientToken = aws.unique();
      await aws.run({ ClientToken });
      const other = aws.run({ ClientToken, InstanceType: 't3.large' });
      expect(await refusal(other)).toBe('IdempotentParameterMismatch');
    },
  },
  {
    name: 'a dry run launches nothing',
    async expectation(aws) {
      const word = aws.unique();
      const Tags = [{ Key: 'word', Value: word }];
      const TagSpecifications = [{ ResourceType: 'instance' as const, Tags }];
      expect(await refusal(aws.run({ DryRun: true, TagSpecifications }))).toBe('DryRunOperation');
      const Filters = [{ Name: 'tag:word', Values: [word] }];
      const { Reservations } = await aws.ec2.send(new DescribeInstancesCommand({ Filters }));
      expect(Reservations).toEqual([]);
    },
  },
  ...(
    [
      ['a malformed image id', { ImageId: 'ami-nonsense' }, 'InvalidAMIID.Malformed'],
      ['an unknown instance type', { InstanceType: 'zz.huge' as 't3.small' }, 'InvalidParameterValue'],
      ['an unknown subnet', { SubnetId: 'subnet-0123456789abcdef0' }, 'InvalidSubnetID.NotFound'],
      ['an unknown security group', { SecurityGroupIds: ['sg-0123456789abcdef0'] }, 'InvalidGroup.NotFound'],
      ['more at least than at most', { MinCount: 2, MaxCount: 1 }, 'InvalidParameterValue'],
      [
        'user data of more than 16 KiB',
        { UserData: Buffer.alloc(16_385).toString('base64') },
        'InvalidParameterValue',
      ],
      [
        'a volume larger than any',
        {
          BlockDeviceMappings: [
            { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 9_999_999, VolumeType: 'gp3' as const } },
          ],
        },
        'InvalidParameterValue',
      ],
    ] as const
  ).map(([what, overrides, code]) => ({
    name: `a launch with ${what} is refused`,
    expectation: async (aws: Target) =>
      expect(await refusal(aws.run(structuredClone(overrides) as object))).toBe(code),
  })),
];
