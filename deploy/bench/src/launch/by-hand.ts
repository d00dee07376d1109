import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  Route53Client,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { Processes } from '@berth/local';

/** A script has nobody to tell it anything: it looks this often, as often as AWS would let it for one launch. */
const LOOK_EVERY_MILLISECONDS = 100;

/** The steps of a launch as a script would take them, at a simulated AWS of its own. */
export class LaunchScript {
  private constructor(
    private readonly ec2: EC2Client,
    private readonly route53: Route53Client,
    private readonly zone: { hostedZoneId: string; subnetId: string; instancePort: number },
    readonly stop: () => Promise<void>,
  ) {}

  static async start(env: NodeJS.ProcessEnv): Promise<LaunchScript> {
    const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
    const processes = new Processes(home);
    const simulator = processes.run('aws-simulator', 'apps/aws-simulator/dist/main.js', {
      ...{ BERTH_AWS_PORT: '0', BERTH_SIM_INSTANCE_PORT: '0', BERTH_SIM_STATE: join(home, 'aws') },
      ...env,
    });
    const [line] = await simulator.line(/^\{"ready":true.*$/m);
    const { endpoint, instancePort } = JSON.parse(line) as { endpoint: string; instancePort: number };
    const landing = (await (await fetch(`${endpoint}/_sim/landing-zone`)).json()) as LandingZone;
    const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
    const [subnetId = ''] = Object.values(landing.regions['eu-central-1']?.subnets ?? {});
    return new LaunchScript(
      new EC2Client({ region: 'eu-central-1', endpoint, credentials }),
      new Route53Client({ region: 'us-east-1', endpoint, credentials }),
      { hostedZoneId: landing.hostedZoneId, subnetId, instancePort },
      async () => {
        await processes.stop();
        rmSync(home, { recursive: true, force: true });
      },
    );
  }

  /** One launch from its first call until the server's page says that it is ready; in seconds. Terminates it afterwards. */
  async launch(): Promise<number> {
    const startedAt = performance.now();
    const instanceId = await this.run();
    const ip = await until(() => this.addressOf(instanceId));
    const changeId = await this.setRecord(`${instanceId}.berth.localhost`, ip);
    await until(() => this.isInSync(changeId));
    await until(() => this.isReady(ip));
    const seconds = (performance.now() - startedAt) / 1000;
    await this.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    return seconds;
  }

  private async run(): Promise<string> {
    const { Instances = [] } = await this.ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-0a4c123b1612dd272',
        InstanceType: 'm7i.large',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: this.zone.subnetId,
      }),
    );
    return Instances[0]?.InstanceId ?? '';
  }

  private async addressOf(instanceId: string): Promise<string | undefined> {
    const { Reservations = [] } = await this.ec2.send(
      // Asked for by its id, an instance just made may not be found yet.
      new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [instanceId] }] }),
    );
    const instance = Reservations[0]?.Instances?.[0];
    return instance?.State?.Name === 'running' ? instance.PublicIpAddress : undefined;
  }

  private async setRecord(Name: string, Value: string): Promise<string> {
    const ResourceRecordSet: ResourceRecordSet = { Name, Type: 'A', TTL: 60, ResourceRecords: [{ Value }] };
    const { ChangeInfo } = await this.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: this.zone.hostedZoneId,
        ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet }] },
      }),
    );
    return ChangeInfo?.Id ?? '';
  }

  private async isInSync(Id: string): Promise<boolean> {
    const { ChangeInfo } = await this.route53.send(new GetChangeCommand({ Id }));
    return ChangeInfo?.Status === 'INSYNC';
  }

  /** A simulated server says on its page whether its boot is over. */
  private async isReady(ip: string): Promise<boolean> {
    const page = await fetch(`http://${ip}:${this.zone.instancePort}/`).then((answer) => answer.text());
    return page.includes('<dd>ready</dd>');
  }
}

interface LandingZone {
  hostedZoneId: string;
  regions: Record<string, { subnets: Record<string, string> }>;
}

/** Looks until there is something to see. */
async function until<Result>(look: () => Promise<Result>): Promise<NonNullable<Result>> {
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    await delay(LOOK_EVERY_MILLISECONDS);
  }
}
