import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DetachVolumeCommand,
  TerminateInstancesCommand,
  type CreateVolumeCommandInput,
} from '@aws-sdk/client-ec2';
import { expect } from '@jest/globals';
import { present, REGION, refusal, type Case, type Target } from './target.ts';

const DEVICE = '/dev/sdf';

const withDataVolume = {
  BlockDeviceMappings: [
    {
      DeviceName: DEVICE,
      Ebs: { VolumeSize: 20, VolumeType: 'gp3' as const, Encrypted: true, DeleteOnTermination: false },
    },
  ],
};

async function available(aws: Target, overrides: Partial<CreateVolumeCommandInput> = {}): Promise<string> {
  const volume = { AvailabilityZone: `${REGION}a`, Size: 10, VolumeType: 'gp3' as const, ...overrides };
  const { VolumeId } = await aws.ec2.send(new CreateVolumeCommand(volume));
  await aws.eventually(async () => (await aws.volume(present(VolumeId))).State === 'available');
  return present(VolumeId);
}

const volumeAt = async (aws: Target, instanceId: string, device: string) =>
  (await aws.volumesOf(instanceId)).find((volume) => volume.Attachments?.[0]?.Device === device);

const attach = (aws: Target, VolumeId: string, InstanceId: string, Device = '/dev/sdg') =>
  aws.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device }));

const attached = (aws: Target, id: string) =>
  aws.eventually(async () => (await aws.volume(id)).Attachments?.[0]?.State === 'attached');

export const volumeCases: Case[] = [
  {
    name: 'a launch makes its data volume encrypted, tagged, in use and attached',
    async expectation(aws) {
      const Tags = [{ Key: 'word', Value: aws.unique() }];
      const TagSpecifications = [{ ResourceType: 'volume' as const, Tags }];
      const { InstanceId } = await aws.running({ ...withDataVolume, TagSpecifications });
      const data = await volumeAt(aws, InstanceId, DEVICE);
      expect(data).toMatchObject({ Encrypted: true, Size: 20, VolumeType: 'gp3', State: 'in-use', Tags });
      expect(data?.Attachments?.[0]).toMatchObject({ State: 'attached', DeleteOnTermination: false });
    },
  },
  {
    name: 'a launch makes the root volume besides those it is asked for',
    async expectation(aws) {
      const { InstanceId } = await aws.running(withDataVolume);
      expect(await aws.volumesOf(InstanceId)).toHaveLength(2);
    },
  },
  {
    name: 'a volume that is not deleted on termination outlives its instance',
    async expectation(aws) {
      const { InstanceId } = await aws.running(withDataVolume);
      const id = present((await volumeAt(aws, InstanceId, DEVICE))?.VolumeId);
      await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
      await aws.inState(InstanceId, 'terminated');
      expect(await aws.volume(id)).toMatchObject({ State: 'available', Attachments: [] });
    },
  },
  {
    name: 'the root volume goes with its instance',
    async expectation(aws) {
      const { InstanceId, RootDeviceName } = await aws.running();
      const id = present((await volumeAt(aws, InstanceId, present(RootDeviceName)))?.VolumeId);
      await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
      await aws.inState(InstanceId, 'terminated');
      expect(await refusal(aws.volume(id))).toBe('InvalidVolume.NotFound');
    },
  },
  {
    name: 'a volume is created once per client token',
    async expectation(aws) {
      const ClientToken = aws.unique();
      const create = (Size: number) =>
        aws.ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size, ClientToken }));
      const [first, second] = [await create(10), await create(10)];
      expect(second.VolumeId).toBe(first.VolumeId);
      expect(await refusal(create(11))).toBe('IdempotentParameterMismatch');
    },
  },
  {
    name: 'a volume is attached, detached and deleted',
    async expectation(aws) {
      const id = await available(aws);
      const { InstanceId } = await aws.running();
      await attach(aws, id, InstanceId);
      await attached(aws, id);
      expect((await aws.volume(id)).State).toBe('in-use');
      await aws.ec2.send(new DetachVolumeCommand({ VolumeId: id, InstanceId }));
      await aws.eventually(async () => (await aws.volume(id)).State === 'available');
      await aws.ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
      await aws.eventually(async () => (await refusal(aws.volume(id))) === 'InvalidVolume.NotFound');
    },
  },
  {
    name: 'a volume is attached to one instance at a time',
    async expectation(aws) {
      const id = await available(aws);
      const [one, other] = [await aws.running(), await aws.running()];
      await attach(aws, id, one.InstanceId);
      expect(await refusal(attach(aws, id, other.InstanceId))).toBe('VolumeInUse');
    },
  },
  {
    name: 'an attached volume is not deleted',
    async expectation(aws) {
      const id = await available(aws);
      const { InstanceId } = await aws.running();
      await attach(aws, id, InstanceId);
      expect(await refusal(aws.ec2.send(new DeleteVolumeCommand({ VolumeId: id })))).toBe('VolumeInUse');
    },
  },
  {
    name: 'a volume cannot leave its zone',
    async expectation(aws) {
      const id = await available(aws, { AvailabilityZone: `${REGION}b` });
      const { InstanceId } = await aws.running();
      expect(await refusal(attach(aws, id, InstanceId))).toBe('InvalidVolume.ZoneMismatch');
    },
  },
  {
    name: 'a device holds one volume',
    async expectation(aws) {
      const { InstanceId } = await aws.running(withDataVolume);
      const id = await available(aws);
      expect(await refusal(attach(aws, id, InstanceId, DEVICE))).toBe('InvalidParameterValue');
    },
  },
  {
    name: 'a volume that is not attached cannot be detached',
    async expectation(aws) {
      const VolumeId = await available(aws);
      expect(await refusal(aws.ec2.send(new DetachVolumeCommand({ VolumeId })))).toBe('IncorrectState');
    },
  },
  {
    name: 'an unknown volume is not found',
    expectation: async (aws) =>
      expect(await refusal(aws.volume('vol-0123456789abcdef0'))).toBe('InvalidVolume.NotFound'),
  },
  {
    name: 'no volume is made in an unknown zone',
    async expectation(aws) {
      const elsewhere = new CreateVolumeCommand({ AvailabilityZone: 'eu-north-9z', Size: 10 });
      expect(await refusal(aws.ec2.send(elsewhere))).toBe('InvalidZone.NotFound');
    },
  },
];
