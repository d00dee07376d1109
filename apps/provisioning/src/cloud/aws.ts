import {
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  paginateDescribeVolumes,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type EC2Client,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InstanceState } from '@berth/contracts';
import { Config } from '../config.ts';
import { Cloud, CloudRefusal, type Disk, type LaunchPlan } from './cloud.ts';
import { ec2Client } from './ec2-client.ts';
import { Network } from './network.ts';
import { definite } from './refusals.ts';

/** EC2 and EBS, one client per region. */
@Injectable()
export class AwsCloud extends Cloud implements OnApplicationShutdown {
  private readonly clients = new Map<string, { ec2: EC2Client; network: Network }>();

  constructor(private readonly config: Config) {
    super();
  }

  override async planLaunch(plan: LaunchPlan, signal: AbortSignal): Promise<string> {
    const { network } = this.in(plan.region);
    const subnet = await definite(network.subnetOf(plan.zone, signal));
    const groupId = await definite(network.securityGroupOf(plan.product, plan.ports, subnet.vpcId, signal));
    const tags = Object.entries({ ...this.ownTags, ...plan.tags }).map(([Key, Value]) => ({ Key, Value }));
    const { instanceProfile } = this.config;
    const request: RunInstancesCommandInput = {
      ClientToken: plan.clientToken,
      ImageId: plan.image,
      InstanceType: plan.instanceType as RunInstancesCommandInput['InstanceType'],
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet.subnetId,
      SecurityGroupIds: [groupId],
      UserData: Buffer.from(plan.userData).toString('base64'),
      // The root device is the image's; only the customer's data gets a disk of its own, which outlives the instance.
      BlockDeviceMappings: [
        {
          DeviceName: plan.dataDevice,
          Ebs: { VolumeType: 'gp3', VolumeSize: plan.dataGib, Encrypted: true, DeleteOnTermination: false },
        },
      ],
      MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 1 },
      InstanceInitiatedShutdownBehavior: 'stop',
      TagSpecifications: [
        { ResourceType: 'instance', Tags: tags },
        { ResourceType: 'volume', Tags: tags },
      ],
      ...(instanceProfile && { IamInstanceProfile: { Name: instanceProfile } }),
    };
    return JSON.stringify(request);
  }

  override canPlanAtOnce(wanted: Pick<LaunchPlan, 'region' | 'zone' | 'product' | 'ports'>): boolean {
    const { region, zone, product, ports } = wanted;
    return this.in(region).network.knows(zone, product, ports);
  }

  override async launch(
    region: string,
    request: string,
    abortSignal: AbortSignal,
  ): Promise<{ instanceId: string }> {
    const input = JSON.parse(request) as RunInstancesCommandInput;
    const { ec2 } = this.in(region);
    const { Instances = [] } = await definite(ec2.send(new RunInstancesCommand(input), { abortSignal }));
    const instanceId = Instances[0]?.InstanceId;
    if (!instanceId) throw new Error('RunInstances answered without an instance');
    return { instanceId };
  }

  override async stateOf(
    region: string,
    id: string,
    abortSignal: AbortSignal,
  ): Promise<InstanceState | null> {
    const call = this.in(region).ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }), {
      abortSignal,
    });
    try {
      const { Reservations = [] } = await definite(call);
      const state = InstanceState.safeParse(Reservations[0]?.Instances?.[0]?.State?.Name);
      return state.success ? state.data : null;
    } catch (error) {
      if (error instanceof CloudRefusal && error.kind === 'missing') return null;
      throw error;
    }
  }

  override async start(region: string, id: string, abortSignal: AbortSignal): Promise<void> {
    await definite(
      this.in(region).ec2.send(new StartInstancesCommand({ InstanceIds: [id] }), { abortSignal }),
    );
  }

  override async stop(region: string, id: string, abortSignal: AbortSignal): Promise<void> {
    await definite(
      this.in(region).ec2.send(new StopInstancesCommand({ InstanceIds: [id] }), { abortSignal }),
    );
  }

  override async reboot(region: string, id: string, abortSignal: AbortSignal): Promise<void> {
    await definite(
      this.in(region).ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }), { abortSignal }),
    );
  }

  override async terminate(region: string, id: string, abortSignal: AbortSignal): Promise<void> {
    await definite(
      this.in(region).ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }), { abortSignal }),
    );
  }

  override async disksOf(region: string, serverId: string, abortSignal: AbortSignal): Promise<Disk[]> {
    const tags = { ...this.ownTags, 'berth:server-id': serverId };
    const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
    const pages = paginateDescribeVolumes({ client: this.in(region).ec2 }, { Filters }, { abortSignal });
    const disks: Disk[] = [];
    await definite(
      (async () => {
        for await (const { Volumes = [] } of pages) {
          disks.push(...Volumes.map(({ VolumeId = '', State = '' }) => ({ id: VolumeId, state: State })));
        }
      })(),
    );
    return disks;
  }

  override async deleteDisk(region: string, diskId: string, abortSignal: AbortSignal): Promise<void> {
    await definite(this.in(region).ec2.send(new DeleteVolumeCommand({ VolumeId: diskId }), { abortSignal }));
  }

  onApplicationShutdown(): void {
    for (const { ec2 } of this.clients.values()) ec2.destroy();
  }

  /** What marks a resource as ours: nothing without these is ever touched. */
  private get ownTags() {
    return { 'berth:managed': 'true', 'berth:deployment-id': this.config.deploymentId };
  }

  private in(region: string): { ec2: EC2Client; network: Network } {
    const existing = this.clients.get(region);
    if (existing) return existing;
    const ec2 = ec2Client(this.config, region);
    const made = { ec2, network: new Network(ec2, this.config.deploymentId) };
    this.clients.set(region, made);
    return made;
  }
}
