import type {
  Instance as InstanceAnswer,
  InstanceState as StateAnswer,
  _InstanceType,
} from '@aws-sdk/client-ec2';
import { ACCOUNT } from '../sns/fauxqs.ts';
import { STATE_CODES, type Instance, type InstanceState } from './model.ts';
import { tagList } from './tags.ts';
import type { Volumes } from './volumes.ts';

export const stateView = (state: InstanceState): StateAnswer => ({ Code: STATE_CODES[state], Name: state });

/** An instance as DescribeInstances and RunInstances show it. */
export function instanceView(instance: Instance, volumes: Volumes): InstanceAnswer {
  const gone = instance.state === 'terminated';
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as _InstanceType,
    State: stateView(instance.state),
    StateReason: instance.stateReason && {
      Code: instance.stateReason.code,
      Message: instance.stateReason.message,
    },
    StateTransitionReason: instance.transitionReason,
    LaunchTime: new Date(instance.launchedAt),
    AmiLaunchIndex: instance.launchIndex,
    ClientToken: instance.clientToken,
    Placement: { AvailabilityZone: instance.zone, Tenancy: 'default' },
    Architecture: 'x86_64',
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    EbsOptimized: false,
    Monitoring: { State: 'disabled' },
    RootDeviceName: instance.rootDevice,
    RootDeviceType: 'ebs',
    MetadataOptions: {
      State: 'applied',
      HttpTokens: instance.httpTokens,
      HttpEndpoint: 'enabled',
      HttpPutResponseHopLimit: 1,
    },
    IamInstanceProfile:
      instance.iamInstanceProfile === undefined
        ? undefined
        : { Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/${instance.iamInstanceProfile}` },
    VpcId: gone ? undefined : instance.vpcId,
    SubnetId: gone ? undefined : instance.subnetId,
    PrivateIpAddress: gone ? undefined : instance.privateIp,
    PublicIpAddress: instance.publicIp,
    SecurityGroups: gone ? [] : instance.securityGroupIds.map((GroupId) => ({ GroupId })),
    BlockDeviceMappings: volumes.attachedTo(instance.id).map(({ id, attachment }) => ({
      DeviceName: attachment.device,
      Ebs: {
        VolumeId: id,
        Status: attachment.state,
        AttachTime: new Date(attachment.attachedAt),
        DeleteOnTermination: attachment.deleteOnTermination,
      },
    })),
    Tags: tagList(instance.tags),
  };
}
