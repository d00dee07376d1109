import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import {
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const REGION = 'eu-central-1';
/** Where billing looks for reports; made before it is written to. */
const REPORTS = 'berth-cost-reports';

/** What AWS itself says, asked with the unmodified SDK, and how the simulated one is made to fail. */
export class Aws {
  private readonly endpoint: string;
  private readonly ec2: EC2Client;
  private readonly route53: Route53Client;
  private readonly s3: S3Client;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.ec2 = new EC2Client({ endpoint, region: REGION, credentials });
    this.route53 = new Route53Client({ endpoint, region: REGION, credentials });
    this.s3 = new S3Client({ endpoint, region: REGION, credentials, forcePathStyle: true });
  }

  /** The server's instances that are not gone. */
  async instances(serverId: string): Promise<Instance[]> {
    const { Reservations } = await this.ec2.send(
      new DescribeInstancesCommand({ Filters: [ownedBy(serverId)] }),
    );
    return (Reservations ?? [])
      .flatMap(({ Instances }) => Instances ?? [])
      .filter(({ State }) => State?.Name !== 'terminated');
  }

  /** What an instance boots by. */
  async userData(InstanceId: string): Promise<string> {
    const { UserData } = await this.ec2.send(
      new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }),
    );
    return Buffer.from(UserData?.Value ?? '', 'base64').toString();
  }

  /** The ids of so many instances that nobody asked Berth for, all with these tags. */
  async plant(count: number, tags: Record<string, string>): Promise<string[]> {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const { Instances = [] } = await this.ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-0123456789abcdef0',
        InstanceType: 't3.small',
        MinCount: count,
        MaxCount: count,
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
      }),
    );
    return Instances.map(({ InstanceId = '' }) => InstanceId);
  }

  /** Those of these instances that are neither gone nor on their way out. */
  async live(ids: readonly string[]): Promise<string[]> {
    const { instances } = (await this.control('GET', 'state')) as {
      instances: { id: string; state: string }[];
    };
    const isLive = (state: string) => state !== 'shutting-down' && state !== 'terminated';
    return instances.filter(({ id, state }) => ids.includes(id) && isLive(state)).map(({ id }) => id);
  }

  /** The ids of the server's volumes that are not gone. */
  async volumes(serverId: string): Promise<string[]> {
    const { Volumes } = await this.ec2.send(new DescribeVolumesCommand({ Filters: [ownedBy(serverId)] }));
    return (Volumes ?? []).flatMap(({ VolumeId }) => VolumeId ?? []);
  }

  /** The address the host name stands for, or null. */
  async address(hostname: string): Promise<string | null> {
    const { HostedZones } = await this.route53.send(new ListHostedZonesByNameCommand({}));
    const { ResourceRecordSets } = await this.route53.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: HostedZones?.[0]?.Id,
        StartRecordName: hostname,
        StartRecordType: 'A',
      }),
    );
    const record = ResourceRecordSets?.find(({ Name, Type }) => Name === `${hostname}.` && Type === 'A');
    return record?.ResourceRecords?.[0]?.Value ?? null;
  }

  /** Puts a fault script in force, in place of the one before; apps/aws-simulator/README.md describes it. */
  async faults(script: object): Promise<void> {
    await this.control('PUT', 'faults', script);
  }

  async noFaults(): Promise<void> {
    await this.control('DELETE', 'faults');
  }

  /** The host under an instance fails and takes it along. */
  async killInstance(instanceId: string): Promise<void> {
    await this.control('POST', `instances/${instanceId}/kill`, { leaves: 'terminated' });
  }

  /** Somebody shuts the machine down from inside. */
  async shutDown(instanceId: string): Promise<void> {
    await this.control('POST', `instances/${instanceId}/stop-inside`, {});
  }

  /** The time of the simulated world, which every service follows. */
  async now(): Promise<Date> {
    const { offsetMilliseconds } = (await this.control('GET', 'clock')) as { offsetMilliseconds: number };
    return new Date(Date.now() + offsetMilliseconds);
  }

  async advance(seconds: number): Promise<void> {
    await this.control('POST', 'clock', { advanceSeconds: seconds });
  }

  /** Has AWS's Cost and Usage Report of a month written; answers the key of its manifest. */
  async costReport(month: string): Promise<string> {
    const { manifest } = (await this.control('POST', 'cost-report', { month })) as { manifest: string };
    return manifest;
  }

  /** Puts a report of one's own beside AWS's, under a key. */
  async putReport(Key: string, Body: string): Promise<void> {
    await this.s3.send(new CreateBucketCommand({ Bucket: REPORTS })).catch(() => {});
    await this.s3.send(new PutObjectCommand({ Bucket: REPORTS, Key, Body }));
  }

  /** Moves the clock to two seconds into a UTC minute. */
  async startOfMinute(): Promise<void> {
    const now = await this.now();
    await this.advance(62 - now.getUTCSeconds() - now.getUTCMilliseconds() / 1000);
  }

  private async control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.endpoint}/_sim/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_sim/${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }
}

const ownedBy = (serverId: string) => ({ Name: 'tag:berth:server-id', Values: [serverId] });
