import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2ServiceException,
  RevokeSecurityGroupIngressCommand,
  type EC2Client,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { CloudRefusal } from './cloud.ts';

interface Subnet {
  subnetId: string;
  vpcId: string;
}

/** What was looked up is believed for so long. */
const FRESH_MILLISECONDS = 5 * 60_000;

/** Where instances are put in one region: the landing zone's subnets, and a security group per product. */
export class Network {
  private readonly subnets = new Kept<Map<string, Subnet>>();
  private readonly groups = new Map<string, Kept<string>>();

  constructor(
    private readonly ec2: EC2Client,
    private readonly deploymentId: string,
  ) {}

  /** The deployment's subnet in a zone. Refused when the landing zone has none there. */
  async subnetOf(zone: string, signal: AbortSignal): Promise<Subnet> {
    const subnets = await this.subnets.get(() => this.describeSubnets(signal));
    const subnet = subnets.get(zone);
    if (subnet) return subnet;
    throw new CloudRefusal(
      'refused',
      'NoSubnet',
      `There is no subnet of deployment ${this.deploymentId} in ${zone}`,
    );
  }

  /** Whether both {@link subnetOf} and {@link securityGroupOf} would answer from memory. */
  knows(zone: string, product: string, ports: readonly number[]): boolean {
    const subnet = this.subnets.known?.get(zone);
    return (
      subnet !== undefined && this.groups.get(groupKey(subnet.vpcId, product, ports))?.known !== undefined
    );
  }

  /** The product's security group with exactly these TCP ports open; made when missing. */
  async securityGroupOf(
    product: string,
    ports: readonly number[],
    vpcId: string,
    signal: AbortSignal,
  ): Promise<string> {
    const key = groupKey(vpcId, product, ports);
    const kept = this.groups.get(key) ?? new Kept<string>();
    this.groups.set(key, kept);
    return kept.get(() => this.ensureGroup(product, ports, vpcId, signal));
  }

  private async describeSubnets(abortSignal: AbortSignal): Promise<Map<string, Subnet>> {
    const Filters = [{ Name: 'tag:berth:deployment-id', Values: [this.deploymentId] }];
    const { Subnets = [] } = await this.ec2.send(new DescribeSubnetsCommand({ Filters }), { abortSignal });
    return new Map(
      Subnets.map(({ AvailabilityZone = '', SubnetId = '', VpcId = '' }) => [
        AvailabilityZone,
        { subnetId: SubnetId, vpcId: VpcId },
      ]),
    );
  }

  private async ensureGroup(
    product: string,
    ports: readonly number[],
    vpcId: string,
    signal: AbortSignal,
  ): Promise<string> {
    const name = `berth-${this.deploymentId}-${product}`;
    const group =
      (await this.findGroup(name, vpcId, signal)) ?? (await this.createGroup(name, product, vpcId, signal));
    const open = new Set((group.IpPermissions ?? []).map(({ FromPort }) => FromPort));
    const missing = ports.filter((port) => !open.has(port));
    const surplus = (group.IpPermissions ?? []).filter(({ FromPort }) => !ports.includes(FromPort ?? -1));
    const GroupId = group.GroupId ?? '';
    if (missing.length) {
      const command = new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: missing.map(openToWorld),
      });
      await tolerating('InvalidPermission.Duplicate', this.ec2.send(command, { abortSignal: signal }));
    }
    if (surplus.length) {
      const command = new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: surplus });
      await tolerating('InvalidPermission.NotFound', this.ec2.send(command, { abortSignal: signal }));
    }
    return GroupId;
  }

  private async findGroup(
    name: string,
    vpcId: string,
    abortSignal: AbortSignal,
  ): Promise<SecurityGroup | undefined> {
    const Filters = [
      { Name: 'group-name', Values: [name] },
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: 'tag:berth:deployment-id', Values: [this.deploymentId] },
    ];
    const { SecurityGroups } = await this.ec2.send(new DescribeSecurityGroupsCommand({ Filters }), {
      abortSignal,
    });
    return SecurityGroups?.[0];
  }

  /** Another replica may be making the same one: the loser takes the winner's. */
  private async createGroup(
    name: string,
    product: string,
    vpcId: string,
    abortSignal: AbortSignal,
  ): Promise<SecurityGroup> {
    const tags = {
      'berth:managed': 'true',
      'berth:deployment-id': this.deploymentId,
      'berth:product': product,
    };
    const command = new CreateSecurityGroupCommand({
      GroupName: name,
      Description: `Ports of ${product}, opened by Berth`,
      VpcId: vpcId,
      TagSpecifications: [
        {
          ResourceType: 'security-group',
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    });
    const made = await tolerating('InvalidGroup.Duplicate', this.ec2.send(command, { abortSignal }));
    return made ? { GroupId: made.GroupId } : ((await this.findGroup(name, vpcId, abortSignal)) ?? {});
  }
}

const groupKey = (vpcId: string, product: string, ports: readonly number[]) =>
  `${vpcId}/${product}/${ports.join()}`;

const openToWorld = (port: number): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  IpRanges: [{ CidrIp: '0.0.0.0/0' }],
});

/** The answer, or undefined when the call fails with this code. */
async function tolerating<Result>(code: string, call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof EC2ServiceException && error.name === code) return undefined;
    throw error;
  }
}

/** A looked-up value: fetched once for all who ask meanwhile, again when it is old or the look-up failed. */
class Kept<Value> {
  private entry?: { value: Promise<Value>; known?: Value; at: number };

  get(lookUp: () => Promise<Value>): Promise<Value> {
    if (this.entry && this.isFresh) return this.entry.value;
    const entry: typeof this.entry = { value: lookUp(), at: performance.now() };
    this.entry = entry;
    entry.value.then(
      (value) => (entry.known = value),
      () => {
        if (this.entry === entry) this.entry = undefined;
      },
    );
    return entry.value;
  }

  /** The value, when there is one and it need not be looked up again. */
  get known(): Value | undefined {
    return this.isFresh ? this.entry?.known : undefined;
  }

  private get isFresh(): boolean {
    return this.entry !== undefined && performance.now() - this.entry.at < FRESH_MILLISECONDS;
  }
}
