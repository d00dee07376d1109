import {
  DeleteVolumeCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type EC2Client,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { InstanceState } from '@berth/contracts';
import { Config } from '../config.ts';
import { CallBudget } from './call-budget.ts';
import { Cloud, type Disk, type LaunchPlan } from './cloud.ts';
import { disksOf, statesOf } from './descriptions.ts';
import { ec2Client } from './ec2-client.ts';
import { Gathered } from './gathered.ts';
import { Network } from './network.ts';
import { definite } from './refusals.ts';

interface Region {
  ec2: EC2Client;
  network: Network;
  states: Gathered<InstanceState>;
  disks: Gathered<Disk[]>;
}

/** EC2 and EBS, one client per region. */
@Injectable()
export class AwsCloud extends Cloud implements OnApplicationShutdown {
  private readonly regions = new Map<string, Region>();

  constructor(
    private readonly config: Config,
    private readonly budget: CallBudget,
  ) {
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

  override async stateOf(region: string, id: string, signal: AbortSignal): Promise<InstanceState | null> {
    return (await this.in(region).states.about(id, signal)) ?? null;
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

  override async disksOf(region: string, serverId: string, signal: AbortSignal): Promise<Disk[]> {
    return (await this.in(region).disks.about(serverId, signal)) ?? [];
  }

  override async deleteDisk(region: string, diskId: string, abortSignal: AbortSignal): Promise<void> {
    await definite(this.in(region).ec2.send(new DeleteVolumeCommand({ VolumeId: diskId }), { abortSignal }));
  }

  onApplicationShutdown(): void {
    for (const { ec2 } of this.regions.values()) ec2.destroy();
  }

  /** What marks a resource as ours: nothing without these is ever touched. */
  private get ownTags() {
    return { 'berth:managed': 'true', 'berth:deployment-id': this.config.deploymentId };
  }

  private in(region: string): Region {
    const existing = this.regions.get(region);
    if (existing) return existing;
    const ec2 = ec2Client(this.config, region, this.budget);
    const ours = Object.entries(this.ownTags).map(([key, value]) => ({
      Name: `tag:${key}`,
      Values: [value],
    }));
    const made = {
      ec2,
      network: new Network(ec2, this.config.deploymentId),
      states: new Gathered((ids) => statesOf(ec2, ids)),
      disks: new Gathered((serverIds) => disksOf(ec2, ours, serverIds)),
    };
    this.regions.set(region, made);
    return made;
  }
}
