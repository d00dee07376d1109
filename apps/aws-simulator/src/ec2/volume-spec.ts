import type { BlockDeviceMapping, CreateVolumeRequest } from '@aws-sdk/client-ec2';
import { AwsError, invalid, required } from '../errors.ts';
import type { Tags, Volume } from './model.ts';

/** Smallest and largest size in GiB by type (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html). */
const SIZES: Record<string, [least: number, most: number]> = {
  gp3: [1, 16_384],
  gp2: [1, 16_384],
  io1: [4, 16_384],
  io2: [4, 65_536],
  st1: [125, 16_384],
  sc1: [125, 16_384],
  standard: [1, 1024],
};

/** gp3's baseline. */
const GP3 = { iops: 3000, throughput: 125 };

type Size = Pick<Volume, 'sizeGib' | 'type' | 'encrypted'> & Partial<Pick<Volume, 'iops' | 'throughput'>>;

export type VolumeSpec = Size & { device: string; deleteOnTermination: boolean; tags: Tags };

/** A volume as RunInstances makes it for a block device mapping. */
export function volumeSpecOf(
  { DeviceName, Ebs: ebs, VirtualName, NoDevice }: BlockDeviceMapping,
  { rootSizeGib, tags }: { rootSizeGib: number; tags: Tags },
): VolumeSpec {
  const device = required(DeviceName, 'DeviceName');
  if (VirtualName !== undefined || NoDevice !== undefined) {
    throw new AwsError('UnsupportedOperation', 'The simulator knows no instance store and no NoDevice');
  }
  if (ebs?.SnapshotId) throw noSnapshots(ebs.SnapshotId);
  const size = sizeOf({ ...ebs, Size: ebs?.VolumeSize ?? rootSizeGib, VolumeType: ebs?.VolumeType ?? 'gp3' });
  return { ...size, device, deleteOnTermination: ebs?.DeleteOnTermination ?? true, tags };
}

/** @throws AwsError for a type, size or rate that EBS does not sell */
export function sizeOf(
  input: Pick<CreateVolumeRequest, 'Size' | 'VolumeType' | 'Encrypted' | 'Iops' | 'Throughput'>,
): Size {
  const type = input.VolumeType ?? 'gp2';
  const limits = SIZES[type];
  if (!limits) throw invalid(`Value (${type}) for parameter volumeType is invalid.`);
  const sizeGib = required(input.Size, 'Size/SnapshotId');
  if (!Number.isInteger(sizeGib) || sizeGib < limits[0] || sizeGib > limits[1]) {
    throw invalid(
      `Volume of ${sizeGib} GiB is not between ${limits[0]} and ${limits[1]} GiB of type ${type}.`,
    );
  }
  const baseline = type === 'gp3' ? GP3 : {};
  return {
    sizeGib,
    type,
    encrypted: input.Encrypted ?? false,
    ...baseline,
    ...(input.Iops !== undefined && { iops: input.Iops }),
    ...(input.Throughput !== undefined && { throughput: input.Throughput }),
  };
}

export const noSnapshots = (id: string) =>
  new AwsError('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
