import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect } from '@jest/globals';
import { present, refusal, type Case, type Target } from './target.ts';

const tagged = (word: string) => [
  { ResourceType: 'instance' as const, Tags: [{ Key: 'word', Value: word }] },
];

async function found(aws: Target, Name: string, Values: string[]): Promise<string[]> {
  const { Reservations } = await aws.ec2.send(new DescribeInstancesCommand({ Filters: [{ Name, Values }] }));
  return (Reservations ?? []).flatMap((each) => each.Instances ?? []).map((each) => present(each.InstanceId));
}

export const descriptionCases: Case[] = [
  {
    name: 'what was launched a moment ago is found in the end, by its tag too',
    async expectation(aws) {
      const word = aws.unique();
      const { InstanceId } = await aws.running({ TagSpecifications: tagged(word) });
      expect(await found(aws, 'tag:word', [word])).toEqual([InstanceId]);
      expect(await found(aws, 'tag:word', [`${word.slice(0, -1)}*`])).toContain(InstanceId);
      expect(await found(aws, 'tag:word', ['another'])).toEqual([]);
    },
  },
  {
    name: 'an instance is found by its client token',
    async expectation(aws) {
      const ClientToken = aws.unique();
      const { InstanceId } = await aws.running({ ClientToken });
      expect(await found(aws, 'client-token', [ClientToken])).toEqual([InstanceId]);
    },
  },
  {
    name: 'tags arrive unchanged, whatever they contain',
    async expectation(aws) {
      const Tags = [{ Key: 'a&b <c>', Value: 'ü "quoted" \' \u{1f6a2}' }];
      const { InstanceId } = await aws.running({ TagSpecifications: [{ ResourceType: 'instance', Tags }] });
      expect((await aws.instance(InstanceId)).Tags).toEqual(Tags);
    },
  },
  {
    name: 'an unknown instance is not found',
    expectation: async (aws) =>
      expect(await refusal(aws.instance('i-0123456789abcdef0'))).toBe('InvalidInstanceID.NotFound'),
  },
  {
    name: 'a malformed instance id is told apart from an unknown one',
    expectation: async (aws) =>
      expect(await refusal(aws.instance('nonsense'))).toBe('InvalidInstanceID.Malformed'),
  },
  {
    name: 'an unknown filter is refused',
    async expectation(aws) {
      expect(await refusal(found(aws, 'no-such-filter', ['x']))).toBe('InvalidParameterValue');
    },
  },
  {
    name: 'pages show every instance once',
    async expectation(aws) {
      const word = aws.unique();
      for (let count = 0; count < 7; count++) await aws.run({ TagSpecifications: tagged(word) });
      await aws.eventually(async () => (await found(aws, 'tag:word', [word])).length === 7);
      const Filters = [{ Name: 'tag:word', Values: [word] }];
      const seen: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await aws.ec2.send(new DescribeInstancesCommand({ Filters, MaxResults: 5, NextToken }));
        const ids = (page.Reservations ?? [])
          .flatMap((each) => each.Instances ?? [])
          .map((each) => each.InstanceId);
        expect(ids.length).toBeLessThanOrEqual(5);
        seen.push(...ids.map(present));
        NextToken = page.NextToken;
      } while (NextToken);
      expect(seen).toHaveLength(7);
      expect(new Set(seen).size).toBe(7);
    },
  },
  {
    name: 'a page cannot be asked for together with ids',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      const both = new DescribeInstancesCommand({ InstanceIds: [InstanceId], MaxResults: 5 });
      expect(await refusal(aws.ec2.send(both))).toBe('InvalidParameterCombination');
    },
  },
  {
    name: 'user data comes back as it was given',
    async expectation(aws) {
      const UserData = Buffer.from('#cloud-config\nhostname: ü\n').toString('base64');
      const { InstanceId } = await aws.running({ UserData });
      const attribute = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' });
      expect((await aws.ec2.send(attribute)).UserData?.Value).toBe(UserData);
    },
  },
  {
    name: 'the status of instances that are not running is shown only on request',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      const status = async (IncludeAllInstances: boolean) => {
        const command = new DescribeInstanceStatusCommand({ InstanceIds: [InstanceId], IncludeAllInstances });
        return (await aws.ec2.send(command)).InstanceStatuses ?? [];
      };
      await aws.eventually(async () => (await status(false))[0]?.InstanceStatus?.Status === 'ok');
      await aws.ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
      await aws.inState(InstanceId, 'stopped');
      expect(await status(false)).toEqual([]);
      expect((await status(true))[0]?.InstanceState?.Name).toBe('stopped');
    },
  },
];
