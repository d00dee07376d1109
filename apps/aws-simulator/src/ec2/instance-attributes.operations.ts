import type {
  DescribeInstanceAttributeRequest,
  InstanceAttribute,
  ModifyInstanceAttributeRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, invalid, required } from '../errors.ts';
import type { World } from '../world.ts';
import { instanceView } from './instance.view.ts';
import { mustBe } from './instances.operations.ts';
import { knownType } from './launch.ts';
import type { Instance } from './model.ts';
import type { Ec2Call } from './operations.ts';

export function instanceAttributeOperations({ instances, volumes, network }: World) {
  return {
    DescribeInstanceAttribute(
      input: DescribeInstanceAttributeRequest,
      { region }: Ec2Call,
    ): InstanceAttribute {
      const instance = instances.named(region, required(input.InstanceId, 'InstanceId'));
      const InstanceId = instance.id;
      switch (required(input.Attribute, 'Attribute')) {
        case 'instanceType':
          return { InstanceId, InstanceType: { Value: instance.instanceType } };
        case 'userData':
          return { InstanceId, UserData: { Value: instance.userData } };
        case 'disableApiTermination':
          return { InstanceId, DisableApiTermination: { Value: instance.disableApiTermination } };
        case 'instanceInitiatedShutdownBehavior':
          return { InstanceId, InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior } };
        case 'rootDeviceName':
          return { InstanceId, RootDeviceName: { Value: instance.rootDevice } };
        case 'groupSet':
          return { InstanceId, Groups: instance.securityGroupIds.map((GroupId) => ({ GroupId })) };
        case 'blockDeviceMapping':
          return { InstanceId, BlockDeviceMappings: instanceView(instance, volumes).BlockDeviceMappings };
        default:
          throw invalid(`Value (${input.Attribute}) for parameter attribute is not simulated.`);
      }
    },

    ModifyInstanceAttribute(input: ModifyInstanceAttributeRequest, { region }: Ec2Call): void {
      const instance = instances.named(region, required(input.InstanceId, 'InstanceId'));
      const { instanceType, userData, ...others } = changesOf(input, region);
      if (instanceType !== undefined || userData !== undefined) mustBe(instance, ['stopped'], 'modified');
      const devices = (input.BlockDeviceMappings ?? []).map((mapping) => {
        const volume = volumes
          .attachedTo(instance.id)
          .find((each) => each.attachment.device === mapping.DeviceName);
        if (!volume) throw invalid(`No device is currently mapped at ${mapping.DeviceName}`);
        return { volume, keep: mapping.Ebs?.DeleteOnTermination === false };
      });
      for (const { volume, keep } of devices) {
        volume.attachment.deleteOnTermination = !keep;
        volumes.table.put(volume.id, volume);
      }
      Object.assign(instance, others, instanceType && { instanceType }, userData && { userData });
      instances.table.put(instance.id, instance);
    },
  };

  function changesOf(input: ModifyInstanceAttributeRequest, region: string): Partial<Instance> {
    const type = input.InstanceType?.Value ?? (input.Attribute === 'instanceType' ? input.Value : undefined);
    const behavior = input.InstanceInitiatedShutdownBehavior?.Value;
    if (behavior !== undefined && behavior !== 'stop' && behavior !== 'terminate') {
      throw new AwsError('InvalidInstanceAttributeValue', `'${behavior}' is no shutdown behavior`);
    }
    return {
      ...(type !== undefined && { instanceType: knownType(type) }),
      ...(input.UserData?.Value && { userData: Buffer.from(input.UserData.Value).toString('base64') }),
      ...(input.DisableApiTermination?.Value !== undefined && {
        disableApiTermination: input.DisableApiTermination.Value,
      }),
      ...(behavior !== undefined && { shutdownBehavior: behavior }),
      ...(input.Groups && { securityGroupIds: input.Groups.map((id) => network.group(region, id).id) }),
    };
  }
}
