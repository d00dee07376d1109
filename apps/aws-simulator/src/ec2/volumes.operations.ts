import type {
  AttachVolumeRequest,
  CreateVolumeRequest,
  DeleteVolumeRequest,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  DetachVolumeRequest,
  Volume as VolumeAnswer,
  VolumeAttachment,
  VolumeType,
} from '@aws-sdk/client-ec2';
import { AwsError, invalid, required } from '../errors.ts';
import type { World } from '../world.ts';
import { ClientTokens } from './client-tokens.ts';
import { filtered, type FilterFields } from './filters.ts';
import type { Attachment, Volume } from './model.ts';
import type { Ec2Call } from './operations.ts';
import { page } from './pages.ts';
import { specifiedTags, tagList } from './tags.ts';
import { noSnapshots, sizeOf } from './volume-spec.ts';

const FILTERS: FilterFields<Volume> = {
  'volume-id': ({ id }) => [id],
  status: ({ state }) => [state],
  size: ({ sizeGib }) => [String(sizeGib)],
  'volume-type': ({ type }) => [type],
  encrypted: ({ encrypted }) => [String(encrypted)],
  'availability-zone': ({ zone }) => [zone],
  'attachment.instance-id': ({ attachment }) => [attachment?.instanceId],
  'attachment.device': ({ attachment }) => [attachment?.device],
  'attachment.status': ({ attachment }) => [attachment?.state],
  'attachment.delete-on-termination': ({ attachment }) => [
    attachment && String(attachment.deleteOnTermination),
  ],
};

export function volumeOperations({ volumes, instances, network, store }: World) {
  const tokens = new ClientTokens(store, 'volume');

  return {
    CreateVolume(input: CreateVolumeRequest, { region }: Ec2Call): VolumeAnswer {
      const [replay] = tokens.replay(region, input) ?? [];
      const made = replay === undefined ? undefined : volumes.table.get(replay);
      if (made) return volumeView(made);
      const zone = required(input.AvailabilityZone, 'AvailabilityZone');
      if (!network.zonesOf(region).includes(zone)) {
        throw new AwsError('InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
      }
      if (input.SnapshotId) throw noSnapshots(input.SnapshotId);
      const tags = specifiedTags(input.TagSpecifications, 'volume');
      const volume = volumes.create({ ...sizeOf(input), region, zone, tags });
      tokens.remember(region, input, [volume.id]);
      return volumeView(volume);
    },

    DescribeVolumes(input: DescribeVolumesRequest, { region }: Ec2Call): DescribeVolumesResult {
      const named = input.VolumeIds?.length
        ? input.VolumeIds.map((id) => volumes.named(region, id))
        : undefined;
      const found = filtered(named ?? volumes.ofRegion(region), input.Filters, FILTERS);
      const { items, nextToken } = page(found, input, { least: 5 });
      return { Volumes: items.map(volumeView), NextToken: nextToken };
    },

    AttachVolume(input: AttachVolumeRequest, { region }: Ec2Call): VolumeAttachment {
      const volume = volumes.named(region, required(input.VolumeId, 'VolumeId'));
      const instance = instances.named(region, required(input.InstanceId, 'InstanceId'));
      const device = required(input.Device, 'Device');
      if (volume.state === 'in-use') {
        throw new AwsError('VolumeInUse', `${volume.id} is already attached to an instance`);
      }
      if (volume.state !== 'available') throw notAvailable(volume);
      if (instance.state !== 'running' && instance.state !== 'stopped') {
        throw new AwsError('IncorrectState', `Instance '${instance.id}' is not 'running' or 'stopped'.`);
      }
      if (volume.zone !== instance.zone) {
        throw new AwsError(
          'InvalidVolume.ZoneMismatch',
          `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
        );
      }
      if (volumes.attachedTo(instance.id).some(({ attachment }) => attachment.device === device)) {
        throw invalid(
          `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
        );
      }
      volumes.attach(volume, instance.id, device);
      return volume.attachment ? attachmentView(volume.id, volume.attachment) : {};
    },

    DetachVolume(input: DetachVolumeRequest, { region }: Ec2Call): VolumeAttachment {
      const volume = volumes.named(region, required(input.VolumeId, 'VolumeId'));
      const { attachment } = volume;
      if (!attachment || attachment.state === 'detaching') throw notAvailable(volume);
      const instance = instances.table.get(attachment.instanceId);
      if (input.InstanceId !== undefined && input.InstanceId !== attachment.instanceId) {
        throw new AwsError(
          'InvalidAttachment.NotFound',
          `Attachment between '${volume.id}' and '${input.InstanceId}' not found`,
        );
      }
      if (attachment.device === instance?.rootDevice && instance.state !== 'stopped') {
        throw new AwsError('OperationNotPermitted', `Unable to detach root volume '${volume.id}'`);
      }
      volumes.detach(volume);
      return attachmentView(volume.id, attachment);
    },

    DeleteVolume(input: DeleteVolumeRequest, { region }: Ec2Call): void {
      const volume = volumes.named(region, required(input.VolumeId, 'VolumeId'));
      if (volume.attachment) {
        throw new AwsError(
          'VolumeInUse',
          `Volume ${volume.id} is currently attached to ${volume.attachment.instanceId}`,
        );
      }
      if (volume.state !== 'available') throw notAvailable(volume);
      volumes.delete(volume);
    },
  };
}

const notAvailable = ({ id, state }: Volume) =>
  new AwsError('IncorrectState', `Volume '${id}' is in the '${state}' state.`);

const volumeView = (volume: Volume): VolumeAnswer => ({
  VolumeId: volume.id,
  Size: volume.sizeGib,
  VolumeType: volume.type as VolumeType,
  Iops: volume.iops,
  Throughput: volume.throughput,
  Encrypted: volume.encrypted,
  AvailabilityZone: volume.zone,
  State: volume.state,
  CreateTime: new Date(volume.createdAt),
  SnapshotId: '',
  MultiAttachEnabled: false,
  Attachments: volume.attachment ? [attachmentView(volume.id, volume.attachment)] : [],
  Tags: tagList(volume.tags),
});

const attachmentView = (VolumeId: string, attachment: Attachment): VolumeAttachment => ({
  VolumeId,
  InstanceId: attachment.instanceId,
  Device: attachment.device,
  State: attachment.state,
  AttachTime: new Date(attachment.attachedAt),
  DeleteOnTermination: attachment.deleteOnTermination,
});
