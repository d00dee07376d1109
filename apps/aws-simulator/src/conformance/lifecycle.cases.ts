import {
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect } from '@jest/globals';
import { present, refusal, type Case, type Target } from './target.ts';

const stop = (aws: Target, InstanceId: string) =>
  aws.ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
const start = (aws: Target, InstanceId: string) =>
  aws.ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId] }));
const terminate = (aws: Target, InstanceId: string) =>
  aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));

const resize = (aws: Target, InstanceId: string) =>
  aws.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, InstanceType: { Value: 't3.large' } }));

async function restarted(aws: Target, id: string) {
  await stop(aws, id);
  await aws.inState(id, 'stopped');
  await start(aws, id);
  return aws.inState(id, 'running');
}

export const lifecycleCases: Case[] = [
  {
    name: 'stopping takes time and gives the public address back',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      const { StoppingInstances } = await stop(aws, InstanceId);
      expect(StoppingInstances?.[0]?.PreviousState?.Name).toBe('running');
      expect(StoppingInstances?.[0]?.CurrentState?.Name).toBe('stopping');
      const stopped = await aws.inState(InstanceId, 'stopped');
      expect(stopped.PublicIpAddress).toBeUndefined();
      expect(stopped.StateReason?.Code).toBe('Client.UserInitiatedShutdown');
    },
  },
  {
    name: 'a start brings another public address, the private one stays',
    async expectation(aws) {
      const before = await aws.running();
      const after = await restarted(aws, before.InstanceId);
      expect(after.PublicIpAddress).toBeDefined();
      expect(after.PublicIpAddress).not.toBe(before.PublicIpAddress);
      expect(after.PrivateIpAddress).toBe(before.PrivateIpAddress);
    },
  },
  {
    name: 'every start has a launch time of its own',
    async expectation(aws) {
      const before = await aws.running();
      // Launch times have whole seconds at AWS.
      await aws.eventually(() => Date.now() >= present(before.LaunchTime).getTime() + 1000);
      const after = await restarted(aws, before.InstanceId);
      expect(present(after.LaunchTime).getTime()).toBeGreaterThan(present(before.LaunchTime).getTime());
    },
  },
  {
    name: 'a pending instance cannot be stopped',
    async expectation(aws) {
      const { InstanceId } = await aws.run();
      const code = await aws.eventually(async () => {
        const refused = await refusal(stop(aws, present(InstanceId)));
        return refused !== 'InvalidInstanceID.NotFound' && refused;
      });
      expect(code).toBe('IncorrectInstanceState');
    },
  },
  {
    name: 'a start of what runs changes nothing',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      const { StartingInstances } = await start(aws, InstanceId);
      expect(StartingInstances?.[0]?.CurrentState?.Name).toBe('running');
    },
  },
  {
    name: 'a stop of what is stopped changes nothing',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      await stop(aws, InstanceId);
      await aws.inState(InstanceId, 'stopped');
      await stop(aws, InstanceId);
      expect((await aws.instance(InstanceId)).State?.Name).toBe('stopped');
    },
  },
  {
    name: 'a terminated instance is still shown, without an address, and may be terminated again',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      const { TerminatingInstances } = await terminate(aws, InstanceId);
      expect(TerminatingInstances?.[0]?.CurrentState?.Name).toBe('shutting-down');
      expect((await aws.inState(InstanceId, 'terminated')).PublicIpAddress).toBeUndefined();
      expect(await refusal(terminate(aws, InstanceId))).toBe('no error');
    },
  },
  {
    name: 'a terminated instance cannot be started',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      await terminate(aws, InstanceId);
      await aws.inState(InstanceId, 'terminated');
      expect(await refusal(start(aws, InstanceId))).toBe('IncorrectInstanceState');
    },
  },
  {
    name: 'one unknown id refuses the whole request',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      const InstanceIds = [InstanceId, 'i-0123456789abcdef0'];
      const both = aws.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
      expect(await refusal(both)).toBe('InvalidInstanceID.NotFound');
      expect((await aws.instance(InstanceId)).State?.Name).toBe('running');
    },
  },
  {
    name: 'a protected instance is not terminated',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      const protect = (Value: boolean) =>
        aws.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value } }));
      await protect(true);
      expect(await refusal(terminate(aws, InstanceId))).toBe('OperationNotPermitted');
      await protect(false);
      expect(await refusal(terminate(aws, InstanceId))).toBe('no error');
    },
  },
  {
    name: 'a reboot keeps instance and address',
    async expectation(aws) {
      const { InstanceId, PublicIpAddress } = await aws.running();
      await aws.ec2.send(new RebootInstancesCommand({ InstanceIds: [InstanceId] }));
      const after = await aws.instance(InstanceId);
      expect(after.State?.Name).toBe('running');
      expect(after.PublicIpAddress).toBe(PublicIpAddress);
    },
  },
  {
    name: 'the type is not changed while it runs',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      expect(await refusal(resize(aws, InstanceId))).toBe('IncorrectInstanceState');
    },
  },
  {
    name: 'the type is changed while stopped',
    async expectation(aws) {
      const { InstanceId } = await aws.running();
      await stop(aws, InstanceId);
      await aws.inState(InstanceId, 'stopped');
      await resize(aws, InstanceId);
      expect((await aws.instance(InstanceId)).InstanceType).toBe('t3.large');
    },
  },
];
