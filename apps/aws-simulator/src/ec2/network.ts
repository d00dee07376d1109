import { AwsError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Store, Table } from '../store.ts';
import type { SecurityGroup, Subnet, Tags, Vpc } from './model.ts';

/** The availability zones of every region. */
export const ZONE_LETTERS = ['a', 'b', 'c'] as const;

/** VPCs, subnets and security groups. Packets are not simulated: a closed port answers all the same. */
export class Network {
  readonly vpcs: Table<Vpc>;
  readonly subnets: Table<Subnet>;
  readonly groups: Table<SecurityGroup>;
  readonly #regions: string[];
  readonly #random: Random;

  constructor({ store, random, regions }: { store: Store; random: Random; regions: string[] }) {
    this.vpcs = store.table('vpcs');
    this.subnets = store.table('subnets');
    this.groups = store.table('security-groups');
    this.#regions = regions;
    this.#random = random;
  }

  zonesOf(region: string): string[] {
    return this.#regions.includes(region) ? ZONE_LETTERS.map((letter) => region + letter) : [];
  }

  /** A VPC with its default group and a subnet per zone. */
  createVpc(region: string, tags: Tags, now: number): Vpc {
    const vpc = { id: this.#random.id('vpc'), region, cidr: '10.0.0.0/16', tags };
    this.vpcs.put(vpc.id, vpc);
    this.createGroup(
      { region, vpcId: vpc.id, name: 'default', description: 'default VPC security group', tags: {} },
      now,
    );
    this.zonesOf(region).forEach((zone, index) => {
      const id = this.#random.id('subnet');
      const cidr = `10.0.${index * 64}.0/18`;
      this.subnets.put(id, { id, region, zone, vpcId: vpc.id, cidr, mapPublicIp: true, tags });
    });
    return vpc;
  }

  createGroup(group: Omit<SecurityGroup, 'id' | 'ingress' | 'createdAt'>, now: number): SecurityGroup {
    const id = this.#random.id('sg');
    return this.groups.put(id, { ...group, id, ingress: [], createdAt: now });
  }

  defaultVpc(region: string): Vpc {
    const vpc = this.vpcs.all().find((candidate) => candidate.region === region);
    if (!vpc) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
    return vpc;
  }

  vpc(region: string, id: string): Vpc {
    const vpc = this.vpcs.get(id);
    if (vpc?.region === region) return vpc;
    throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
  }

  subnet(region: string, id: string): Subnet {
    const subnet = this.subnets.get(id);
    if (subnet?.region === region) return subnet;
    throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
  }

  group(region: string, id: string): SecurityGroup {
    const group = this.groups.get(id);
    if (group?.region === region) return group;
    throw new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  }
}
