import type { World } from '../world.ts';
import { imageOperations } from './images.operations.ts';
import { instanceAttributeOperations } from './instance-attributes.operations.ts';
import { instanceOperations } from './instances.operations.ts';
import { networkOperations } from './network.operations.ts';
import { securityGroupOperations } from './security-groups.operations.ts';
import { tagOperations } from './tags.ts';
import { volumeOperations } from './volumes.operations.ts';

export interface Ec2Call {
  region: string;
}

/** All that is simulated of EC2. Every other operation of its API is answered with NotImplemented. */
export const ec2Operations = (world: World) => ({
  ...instanceOperations(world),
  ...instanceAttributeOperations(world),
  ...volumeOperations(world),
  ...networkOperations(world),
  ...securityGroupOperations(world),
  ...imageOperations(),
  ...tagOperations(world),
});
