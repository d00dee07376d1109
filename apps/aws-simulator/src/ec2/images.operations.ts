import { createHash } from 'node:crypto';
import type { DescribeImagesRequest, DescribeImagesResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../errors.ts';
import { filtered } from './filters.ts';
import type { Ec2Call } from './operations.ts';

/** The root device of every image. */
export const ROOT = { device: '/dev/sda1', sizeGib: 8 };
const CANONICAL = '099720109477';

interface Image {
  id: string;
  name: string;
  architecture: 'x86_64' | 'arm64';
}

/**
 * Every well-formed image id exists, so a catalog's real ids work unchanged; make one missing with a fault rule. Lists
 * show two images per region.
 */
export function imageOperations() {
  return {
    DescribeImages(input: DescribeImagesRequest, { region }: Ec2Call): DescribeImagesResult {
      const images = input.ImageIds?.map(imageNamed) ?? listed(region);
      const found = filtered(images, input.Filters, {
        'image-id': (image) => [image.id],
        name: (image) => [image.name],
        architecture: (image) => [image.architecture],
        state: () => ['available'],
        'root-device-type': () => ['ebs'],
        'virtualization-type': () => ['hvm'],
        'owner-id': () => [CANONICAL],
      });
      return { Images: found.map(imageView) };
    },
  };
}

/** @throws AwsError InvalidAMIID.Malformed */
export function imageNamed(id: string): Image {
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw new AwsError('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
  }
  return { id, name: `image ${id}`, architecture: 'x86_64' };
}

function listed(region: string): Image[] {
  return (['x86_64', 'arm64'] as const).map((architecture) => {
    const name = `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${architecture === 'arm64' ? 'arm64' : 'amd64'}-server-20260901`;
    const digest = createHash('sha256').update(`${region}/${name}`).digest('hex');
    return { id: `ami-${digest.slice(0, 17)}`, name, architecture };
  });
}

const imageView = (image: Image) => ({
  ImageId: image.id,
  Name: image.name,
  Architecture: image.architecture,
  State: 'available' as const,
  OwnerId: CANONICAL,
  Public: true,
  RootDeviceName: ROOT.device,
  RootDeviceType: 'ebs' as const,
  VirtualizationType: 'hvm' as const,
  CreationDate: '2026-09-01T00:00:00.000Z',
  BlockDeviceMappings: [
    {
      DeviceName: ROOT.device,
      Ebs: { VolumeSize: ROOT.sizeGib, VolumeType: 'gp3' as const, DeleteOnTermination: true },
    },
  ],
});
